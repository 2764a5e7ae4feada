import type { Clock } from '../model/clock.js';
import type { ProcessIdentity } from '../model/receipt.js';
import type { FollowedLife } from '../model/target.js';
import { endOf } from './end-of.js';

/** A process that ran before chaosx came, and what comes in its place when a fault ends it. */
export class FollowedProcess implements FollowedLife {
  /** Resolves with the process when it ends and nobody expected that; never once `over` aborts. */
  readonly ended: Promise<ProcessIdentity>;
  #current: ProcessIdentity;
  #isExpected = false;

  constructor(process: ProcessIdentity, clock: Clock, over: AbortSignal) {
    this.#current = process;
    this.ended = this.#follow(process, clock, over);
  }

  get current(): ProcessIdentity {
    return this.#current;
  }

  expectEnd(): void {
    this.#isExpected = true;
  }

  /** Its supervisor may need several tries: that one of them ends is no failure either. */
  goesOnAs(process: ProcessIdentity): void {
    this.#current = process;
  }

  async #follow(process: ProcessIdentity, clock: Clock, over: AbortSignal): Promise<ProcessIdentity> {
    await endOf(process, clock, over);
    return this.#isExpected ? new Promise<never>(() => undefined) : process;
  }
}
