import type { Ending, Outlet, Stage } from './stage.js';

/** Makes all bytes vanish. An ending is kept until the toxic is taken off, as a network would repeat it. */
export class DropStage implements Stage {
  readonly heldBytes = 0;
  swallowed = false;
  readonly #outlet: Outlet;
  #ending: Ending | undefined;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  push(_chunk: Buffer): void {
    this.#outlet.acted();
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
