import type { ForeignLine } from '../store/read-event-file.js';

/** Most that are told one by one. */
const mostTold = 3;

/** Warns of lines of a file that are no events: of the first ones, then of how many more there were. */
export class ForeignLines {
  readonly #file: string;
  readonly #warn: (text: string) => void;
  #count = 0;

  constructor(file: string, warn: (text: string) => void) {
    this.#file = file;
    this.#warn = warn;
  }

  readonly onForeign = ({ line, why }: ForeignLine): void => {
    this.#count += 1;
    if (this.#count <= mostTold) this.#warn(`warning: ${this.#file}:${line} is skipped: ${why}\n`);
  };

  end(): void {
    const more = this.#count - mostTold;
    if (more > 0) this.#warn(`warning: ${more} more lines of ${this.#file} are skipped\n`);
  }
}
