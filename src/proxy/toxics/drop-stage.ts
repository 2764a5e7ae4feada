import type { Ending, Outlet, Stage } from './stage.js';

/** Makes all bytes vanish. An ending is kept until the toxic is taken off, as a network would repeat it. */
export class DropStage implements Stage {
  readonly heldBytes = 0;
  swallowed = false;
  readonly #outlet: Outlet;
  readonly #onFirst: () => void;
  #ending: Ending | undefined;

  /** @param onFirst - called when the first bytes vanish */
  constructor(outlet: Outlet, onFirst: () => void) {
    this.#outlet = outlet;
    this.#onFirst = onFirst;
  }

  push(_chunk: Buffer): void {
    this.#outlet.acted();
    if (!this.swallowed) this.#onFirst();
    this.swallowed = true;
  }

  finish(ending: Ending): void {
    this.#ending = ending;
  }

  release(): void {
    if (!this.swallowed && this.#ending !== undefined) this.#outlet.finish(this.#ending);
  }

  stop(): void {
    this.#ending = undefined;
  }
}
