/** The place of one that waits in a lane. */
export interface LanePlace {
  /** True when all that came before have left, or are gone. */
  isFirst(): boolean;
  leave(): void;
}

/** Those that must not overtake each other, in the order of their coming. */
export class Lane {
  readonly #waiting: { readonly isGone: () => boolean }[] = [];

  get isEmpty(): boolean {
    this.#dropGone();
    return this.#waiting.length === 0;
  }

  /** @param isGone - true: it will never leave, for what waits was taken back */
  enter(isGone: () => boolean = () => false): LanePlace {
    const entry = { isGone };
    this.#waiting.push(entry);
    return {
      isFirst: () => {
        this.#dropGone();
        return this.#waiting[0] === entry;
      },
      leave: () => {
        const at = this.#waiting.indexOf(entry);
        if (at !== -1) this.#waiting.splice(at, 1);
      },
    };
  }

  #dropGone(): void {
    while (this.#waiting[0]?.isGone() === true) this.#waiting.shift();
  }
}
