import type { ProcessIdentity } from '../model/receipt.js';
import type { StartedLife } from '../model/target.js';
import { isAlive } from '../undo/process-identity.js';
import type { ProcessExit, SpawnedTarget } from './spawn-target.js';
import { isTargetNotReady } from './target-not-ready.js';

/** The process of a started target, which a fault may end and have started again. */
export class LastingProcess implements StartedLife {
  /** Resolves when it ends and nobody expected that. */
  readonly exited: Promise<ProcessExit>;
  readonly #spawnAgain: (earlierStarts: number) => Promise<SpawnedTarget>;
  readonly #over: AbortSignal;
  #spawned: SpawnedTarget;
  #starts = 1;
  #isExpected = false;
  #resolveExited: (exit: ProcessExit) => void = () => undefined;
  #starting: Promise<void> = Promise.resolve();

  /**
   * @param over - once it aborts, nothing is started any more
   * @param spawnAgain - is told how often it was started before
   */
  constructor(
    spawned: SpawnedTarget,
    over: AbortSignal,
    spawnAgain: (earlierStarts: number) => Promise<SpawnedTarget>,
  ) {
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
    this.#spawned = spawned;
    this.#over = over;
    this.#spawnAgain = spawnAgain;
    this.#follow(spawned);
  }

  get identity(): ProcessIdentity {
    return this.#spawned.identity;
  }

  /** How it ended, unless that was expected; null while it runs. */
  exit(): ProcessExit | null {
    return this.#isExpected ? null : this.#spawned.exit();
  }

  expectEnd(): void {
    this.#isExpected = true;
  }

  startAgain(signal: AbortSignal): Promise<void> {
    this.#starting = this.#starting.then(() => this.#startAgain(signal));
    const starting = this.#starting;
    this.#starting = starting.catch(() => undefined);
    return starting;
  }

  async stop(signal: AbortSignal): Promise<void> {
    await this.#starting;
    await this.#spawned.stop(signal);
  }

  async #startAgain(signal: AbortSignal): Promise<void> {
    const before = this.#spawned;
    if (isAlive(before.identity) || this.#over.aborted) return;
    await before.stop(signal);
    try {
      this.#spawned = await this.#spawnAgain(this.#starts);
      this.#starts += 1;
      this.#isExpected = false;
      this.#follow(this.#spawned);
    } catch (error) {
      if (this.#over.aborted) return;
      if (!isTargetNotReady(error)) throw error;
      // That it does not start any more is an outcome of the system under test: it has ended for good.
      this.#isExpected = false;
      this.#resolveExited(await before.exited);
    }
  }

  #follow(spawned: SpawnedTarget): void {
    void spawned.exited.then((exit) => {
      if (!this.#isExpected && spawned === this.#spawned) this.#resolveExited(exit);
    });
  }
}
