import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { cliEntry, type CliFolder } from './cli-process.js';

/** `chaosx` on a real terminal, 200 columns wide, by `script` of util-linux. */
export class PseudoTerminal implements Disposable {
  readonly #child: ChildProcess;
  #text = '';

  constructor(folder: CliFolder, ...args: readonly string[]) {
    const words = [process.execPath, cliEntry, ...args].map((word) => `'${word}'`);
    this.#child = spawn('script', ['-qefc', `stty cols 200 rows 50; exec ${words.join(' ')}`, '/dev/null'], {
      cwd: folder.path,
      env: { ...folder.env, TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
    });
  }

  /** All that was written so far, without what moves the cursor. */
  get text(): string {
    return stripVTControlCharacters(this.#text);
  }

  /** Waits until the text comes after what was there at the last call, then types a line. */
  async answer(awaited: string, ...lines: readonly string[]): Promise<void> {
    for (let waited = 0; !this.text.includes(awaited, this.#seen); waited += 20) {
      if (waited > 60_000) throw new Error(`${JSON.stringify(awaited)} never came:\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#seen = this.text.length;
    for (const line of lines) this.#child.stdin?.write(line);
  }
  #seen = 0;

  /** The exit code of the command. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const [code] = (await once(this.#child, 'close')) as [number | null];
    return code;
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGHUP');
  }
}
