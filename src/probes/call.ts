import type { Probe, ProbeAnswer } from '../model/probe.js';
import { errorMessage } from './error-message.js';

/** One ask of a probe under way. Ticks wait for its answer; the one that started it aborts it at its time limit. */
export class Call {
  readonly startedAtMs: number;
  /** Resolves, never rejects, once the ask has really ended: long after `abort` where a function ignores its signal. */
  readonly ended: Promise<void>;
  readonly #controller = new AbortController();
  readonly #waiting = new Set<(answer: ProbeAnswer) => void>();
  #answer: ProbeAnswer | null = null;
  #endedAtMs: number | null = null;

  /** Asks at once; a function that blocks blocks here. */
  constructor(probe: Probe, nowMs: () => number) {
    this.startedAtMs = nowMs();
    this.ended = this.#run(probe, nowMs);
  }

  async #run(probe: Probe, nowMs: () => number): Promise<void> {
    const answer = await askOnce(probe, this.#controller.signal);
    this.#endedAtMs = nowMs();
    // After an abort it comes too late to count.
    if (this.#controller.signal.aborted) return;
    this.#answer = answer;
    for (const deliver of this.#waiting) deliver(answer);
  }

  /** Aborted, and its function goes on all the same. */
  get abandoned(): boolean {
    return this.#controller.signal.aborted && this.#endedAtMs === null;
  }

  /** True while it runs; afterwards for the ticks that were due meanwhile and could not be looked at. */
  answers(dueAtMs: number): boolean {
    if (this.#endedAtMs === null) return true;
    return this.startedAtMs <= dueAtMs && dueAtMs < this.#endedAtMs;
  }

  /** Calls back with the answer, if one comes before an abort; the returned function stops waiting. */
  whenAnswered(deliver: (answer: ProbeAnswer) => void): () => void {
    if (this.#answer !== null) deliver(this.#answer);
    else this.#waiting.add(deliver);
    return () => this.#waiting.delete(deliver);
  }

  /** Ends the ask; its answer no longer counts. Does nothing once it was answered. */
  abort(): void {
    if (this.#answer === null) this.#controller.abort();
  }
}

async function askOnce(probe: Probe, signal: AbortSignal): Promise<ProbeAnswer> {
  try {
    return await probe.ask(signal);
  } catch (error) {
    return { ok: false, detail: errorMessage(error) };
  }
}
