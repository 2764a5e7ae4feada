import { systemClock } from '../../../model/system-clock.js';
import { Deadline } from '../../deadline.js';
import { deviate, distributions } from '../../toxics/distribution.js';
import type { DatagramToxicKind, Draws, Tuned } from '../../toxics/toxic-kind.js';
import type { Datagram, DatagramOutlet, DatagramStage } from '../datagram-stage.js';
import { DueQueue } from '../due-queue.js';
import { type Chance, chanceProblem } from './probability.js';

type DelaySettings = Chance & {
  /** ms */
  readonly delay: number;
  /** ms: the half-width of a uniform jitter, the standard deviation of others */
  readonly jitter: number;
  readonly distribution: string;
};

const mostMs = 600_000;

/** Each datagram waits for a delay of its own, and overtakes those that wait longer. */
class DelayStage implements DatagramStage {
  readonly #toxic: Tuned<DelaySettings>;
  readonly #outlet: DatagramOutlet;
  readonly #draw: (n: number) => number;
  readonly #drawDelay: readonly [(n: number) => number, (n: number) => number];
  readonly #queue = new DueQueue<{ readonly datagram: Datagram; readonly arrivedMs: number }>();
  readonly #deadline = new Deadline(() => this.#handOn());

  constructor(toxic: Tuned<DelaySettings>, outlet: DatagramOutlet, draws: Draws) {
    this.#toxic = toxic;
    this.#outlet = outlet;
    this.#draw = draws('delay');
    this.#drawDelay = [draws('delay/ms'), draws('delay/ms/2')];
  }

  push(datagram: Datagram): void {
    const delayMs = this.#delayMs(datagram.key);
    if (delayMs <= 0) {
      this.#outlet.push(datagram);
      return;
    }
    this.#outlet.held(datagram, 1);
    this.#outlet.acted(datagram);
    const arrivedMs = systemClock.nowMs();
    this.#queue.add({ datagram, arrivedMs }, arrivedMs + delayMs);
    this.#await();
  }

  release(): void {
    this.#deadline.clear();
    for (const { datagram } of this.#queue.drain()) {
      this.#outlet.held(datagram, -1);
      this.#outlet.push(datagram);
    }
  }

  stop(): void {
    this.#deadline.clear();
    for (const { datagram } of this.#queue.drain()) this.#outlet.held(datagram, -1);
  }

  /** What waits gets the delay that it would have had under the new settings. */
  changed(): void {
    for (const held of this.#queue.drain()) {
      this.#queue.add(held, held.arrivedMs + this.#delayMs(held.datagram.key));
    }
    this.#deadline.clear();
    this.#await();
  }

  #delayMs(key: number): number {
    const { delay, jitter, distribution, probability } = this.#toxic.settings;
    if (this.#draw(key) >= probability) return 0;
    if (jitter <= 0) return delay;
    const [draw, drawAgain] = this.#drawDelay;
    return Math.min(mostMs, delay + jitter * deviate(distribution, draw(key), drawAgain(key)));
  }

  #await(): void {
    const dueMs = this.#queue.firstDueMs;
    if (dueMs !== undefined) this.#deadline.set(dueMs);
  }

  #handOn(): void {
    const nowMs = systemClock.nowMs();
    for (let dueMs = this.#queue.firstDueMs; dueMs !== undefined && dueMs <= nowMs; ) {
      const next = this.#queue.takeFirst();
      dueMs = this.#queue.firstDueMs;
      if (next === undefined) break;
      this.#outlet.held(next.datagram, -1);
      this.#outlet.push(next.datagram);
    }
    this.#await();
  }
}

/** Datagrams are late. With jitter they overtake each other, as on a network of several ways. */
export const delay: DatagramToxicKind<DelaySettings> = {
  type: 'delay',
  acts: 'on-datagrams',
  isClassic: false,
  attributes: { delay: 'number', jitter: 'number', distribution: distributions, probability: 'number' },
  defaults: { probability: 1 },
  problem: ({ delay: mean, jitter, probability }) => {
    for (const [name, ms] of Object.entries({ delay: mean, jitter })) {
      if (ms < 0 || ms > mostMs) return `${name} must be from 0 to ${mostMs} ms, got ${ms}`;
    }
    return chanceProblem('probability', probability);
  },
  scaled: (settings, share) => ({
    ...settings,
    delay: settings.delay * share,
    jitter: settings.jitter * share,
  }),
  start: (toxic, outlet, draws) => new DelayStage(toxic, outlet, draws),
};
