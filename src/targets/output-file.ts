import { closeSync, constants, fstatSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';

const tailBytes = 64 * 1024;
const tailLines = 20;

/**
 * What a target prints, in one file that it writes itself: a pipe through this process would hold the target up
 * whenever this process is busy, and end with it.
 */
export class OutputFile implements Disposable {
  /** For the target's standard output and error both, so that their order is kept. */
  readonly fd: number;
  #tail: readonly string[] | null = null;

  /**
   * @param path - null keeps it nameless, until it is closed
   * @throws ChaosError STORAGE_FAILED when it cannot be made
   */
  constructor(path: string | null) {
    const { O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    try {
      if (path !== null) {
        this.fd = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
        return;
      }
      const nameless = join(tmpdir(), `chaosx-output-${crypto.randomUUID()}`);
      this.fd = openSync(nameless, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      unlinkSync(nameless);
    } catch (cause) {
      throw new ChaosError('STORAGE_FAILED', `expected to write the target's output to ${path ?? tmpdir()}`, {
        hint: 'free space there, or choose another folder for the results',
        cause,
      });
    }
  }

  /**
   * The last 20 lines of the last 64 KiB, oldest first, without colours and control characters; once closed, as they
   * were then.
   */
  lastLines(): readonly string[] {
    if (this.#tail !== null) return this.#tail;
    const { size } = fstatSync(this.fd);
    const bytes = Buffer.alloc(Math.min(size, tailBytes));
    const read = readSync(this.fd, bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.subarray(0, read).toString('utf8').split('\n');
    // The first line of a cut tail is a part of one, unless it is all there is.
    if (size > tailBytes && lines.length > 1) lines.shift();
    return lines
      .map(plainText)
      .filter((line) => line !== '')
      .slice(-tailLines);
  }

  [Symbol.dispose](): void {
    if (this.#tail !== null) return;
    this.#tail = this.lastLines();
    closeSync(this.fd);
  }
}

/** Colours and cursor moves (CSI), titles and links (OSC), and short escapes, as ECMA-48 has them. */
const escapeSequence =
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])/g;

function plainText(line: string): string {
  const withoutEscapes = line.replaceAll(escapeSequence, '');
  return withoutEscapes.replaceAll(/[^\P{Cc}\t]/gu, '').trimEnd();
}
