import type { Ending, Outlet, Stage } from './stage.js';

/** Hands everything on. */
export class PassStage implements Stage {
  readonly heldBytes = 0;
  readonly swallowed: boolean = false;
  protected readonly outlet: Outlet;

  constructor(outlet: Outlet) {
    this.outlet = outlet;
  }

  push(chunk: Buffer): void {
    this.outlet.push(chunk);
  }

  finish(ending: Ending): void {
    this.outlet.finish(ending);
  }

  release(): void {
    // Nothing is held.
  }

  stop(): void {
    // Nothing waits.
  }
}
