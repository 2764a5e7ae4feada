import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CommandOutput {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a user calls. */
export const cliEntry = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** A folder of a test's own, with a state directory apart from the user's; gone with its scope. */
export class CliFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'chaosx-cli-test-'));
  /** Where its runs put proxy directories. */
  readonly temporary = join(this.path, 'tmp');

  constructor() {
    mkdirSync(this.temporary);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** What its commands get. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      CHAOSX_STATE_DIR: join(this.path, 'state'),
      TMPDIR: this.temporary,
      NO_COLOR: '1',
    };
  }

  start(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [cliEntry, ...args], {
      cwd: this.path,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs `chaosx` as a user would and gives all that it printed. */
  async run(...args: readonly string[]): Promise<CommandOutput> {
    return outputOf(this.start(args));
  }
}

/** All that a command prints until it ends. */
export async function outputOf(child: ChildProcess): Promise<CommandOutput> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Times, ids and temporary paths, which differ in each run, by their names. */
export function stable(text: string, folder: CliFolder): string {
  return text
    .replaceAll(folder.path, '<folder>')
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d-]+Z/g, '<time>')
    .replaceAll(/^\d{2}:\d{2}\.\d/gm, '<t>')
    .replaceAll(/\d+(\.\d+)? (ms|s)\b(?! for|$)/g, '<n> $2');
}
