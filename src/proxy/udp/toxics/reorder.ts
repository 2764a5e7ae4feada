import { systemClock } from '../../../model/system-clock.js';
import { Deadline } from '../../deadline.js';
import { Fifo } from '../../toxics/fifo.js';
import type { DatagramToxicKind, Draws, Tuned } from '../../toxics/toxic-kind.js';
import type { Datagram, DatagramOutlet, DatagramStage } from '../datagram-stage.js';
import { type Chance, chanceProblem, countProblem, scaledChance } from './probability.js';

type ReorderSettings = Chance & {
  /** How many later datagrams go first */
  readonly behind: number;
  /** ms: when fewer come than that, it goes after so long */
  readonly wait: number;
};

interface Held {
  readonly datagram: Datagram;
  /** It goes once so many datagrams have come. */
  readonly afterArrivals: number;
  readonly dueMs: number;
}

/** Holds a datagram back until the next ones have come. */
class ReorderStage implements DatagramStage {
  readonly #toxic: Tuned<ReorderSettings>;
  readonly #outlet: DatagramOutlet;
  readonly #draw: (n: number) => number;
  readonly #held = new Fifo<Held>();
  readonly #deadline = new Deadline(() => this.#handOn(systemClock.nowMs()));
  #arrivals = 0;

  constructor(toxic: Tuned<ReorderSettings>, outlet: DatagramOutlet, draws: Draws) {
    this.#toxic = toxic;
    this.#outlet = outlet;
    this.#draw = draws('reorder');
  }

  push(datagram: Datagram): void {
    this.#arrivals += 1;
    const { behind, wait, probability } = this.#toxic.settings;
    if (this.#draw(datagram.key) < probability) {
      const dueMs = systemClock.nowMs() + wait;
      this.#held.push({ datagram, afterArrivals: this.#arrivals + behind, dueMs });
      this.#outlet.held(datagram, 1);
      this.#outlet.acted(datagram);
    } else this.#outlet.push(datagram);
    this.#handOn(0);
  }

  release(): void {
    this.#handOn(Number.POSITIVE_INFINITY);
  }

  stop(): void {
    this.#deadline.clear();
    for (const { datagram } of this.#held) this.#outlet.held(datagram, -1);
    this.#held.clear();
  }

  #handOn(untilMs: number): void {
    for (;;) {
      const first = this.#held.first;
      if (first === undefined) {
        this.#deadline.clear();
        return;
      }
      if (first.afterArrivals > this.#arrivals && first.dueMs > untilMs) {
        this.#deadline.set(first.dueMs);
        return;
      }
      this.#held.dropFirst();
      this.#outlet.held(first.datagram, -1);
      this.#outlet.push(first.datagram);
    }
  }
}

/** Some datagrams come later than the ones behind them. */
export const reorder: DatagramToxicKind<ReorderSettings> = {
  type: 'reorder',
  acts: 'on-datagrams',
  isClassic: false,
  attributes: { behind: 'integer', wait: 'number', probability: 'number' },
  defaults: { behind: 1, wait: 1_000, probability: 1 },
  problem: ({ behind, wait, probability }) => {
    if (wait <= 0 || wait > 60_000) return `wait must be above 0 and up to 60000 ms, got ${wait}`;
    return countProblem('behind', behind, 1, 10_000) ?? chanceProblem('probability', probability);
  },
  scaled: scaledChance,
  start: (toxic, outlet, draws) => new ReorderStage(toxic, outlet, draws),
};
