import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import type { GoAnswer } from '../campaign/go-question.js';
import { goReply } from './go-reply.js';

const promptForNotes = 'note';
const promptForGo = 'go / no-go / stop';

/** A person at a terminal: what happens scrolls by above a line on which they answer, or write notes. */
export class GamedayTerminal implements Disposable {
  readonly #lines: Interface;
  readonly #output: NodeJS.WriteStream;
  #isOpen = true;
  #takeNote: (text: string) => void = () => undefined;
  #answer: ((answer: GoAnswer) => void) | null = null;
  #status = '';

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.#output = output;
    this.#lines = createInterface({ input, output, terminal: true, prompt: '' });
    this.#lines.on('line', (line) => this.#read(line));
    // The terminal sends characters while lines are edited, so Ctrl-C comes as one.
    this.#lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    this.#lines.on('close', () => {
      if (this.#isOpen) output.write('\n');
      this.#isOpen = false;
      this.#answer?.(nobodyThere);
    });
    this.#drawPrompt();
  }

  /** Says who takes what is typed and decides nothing. */
  onNote(take: (text: string) => void): void {
    this.#takeNote = take;
  }

  /** Shows where the run is, before the line that is being typed; nothing outside of one. */
  showStatus(status: string): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#drawPrompt();
  }

  /** Writes whole lines above the one that is being typed. */
  write(text: string): void {
    if (!this.#isOpen) {
      this.#output.write(text);
      return;
    }
    this.#erasePrompt();
    this.#output.write(text);
    this.#lines.prompt(true);
  }

  /** Waits for go, no-go or stop; no-go when there is nobody who could answer. */
  async ask(signal: AbortSignal): Promise<GoAnswer> {
    if (!this.#isOpen || signal.aborted) return nobodyThere;
    const onAbort = () => this.#answer?.(nobodyThere);
    signal.addEventListener('abort', onAbort);
    try {
      return await new Promise<GoAnswer>((resolve) => {
        this.#answer = resolve;
        this.#drawPrompt();
      });
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#answer = null;
      this.#drawPrompt();
    }
  }

  #read(line: string): void {
    const answer = this.#answer === null ? null : goReply(line);
    if (answer !== null) this.#answer?.(answer);
    else if (line.trim() !== '') {
      this.#takeNote(line);
      const isStop = goReply(line)?.decision === 'stop';
      this.write(isStop ? '  noted; Ctrl-C reverts now and ends the day\n' : '  noted\n');
      return;
    }
    if (this.#isOpen) this.#lines.prompt();
  }

  #drawPrompt(): void {
    if (!this.#isOpen) return;
    const status = this.#status === '' ? '' : `${this.#status} `;
    this.#erasePrompt();
    this.#lines.setPrompt(this.#answer === null ? `${status}${promptForNotes} › ` : `${promptForGo} › `);
    this.#lines.prompt(true);
  }

  #erasePrompt(): void {
    moveCursor(this.#output, 0, -this.#lines.getCursorPos().rows);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
    // How many rows Node goes up before it draws; it does not count those of pasted text.
    Object.assign(this.#lines, { prevRows: 0 });
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#erasePrompt();
    this.#isOpen = false;
    this.#lines.close();
  }
}

const nobodyThere: GoAnswer = { decision: 'no-go', why: 'nobody answered' };
