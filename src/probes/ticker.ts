import { formatMs } from '../model/duration.js';
import type { Sample } from '../model/events.js';
import type { Probe, ProbeAnswer } from '../model/probe.js';
import { Call } from './call.js';
import type { ProberOptions } from './prober-options.js';

const defaultMaxInFlight = 10;
/** Being late by this much is noise of the machine, not a blocked event loop. */
const graceMs = 50;
const detailLength = 500;

type Result = Pick<Sample, 'outcome' | 'latencyMs' | 'detail' | 'harvest'>;

/** A tick that waits for an answer. */
interface Wait {
  readonly deadlineMs: number;
  readonly over: AbortController;
}

/** The open loop of one probe; `startProber` says what becomes of a tick. */
export class Ticker {
  readonly #probe: Probe;
  readonly #options: ProberOptions;
  readonly #state: { readonly retrying: boolean };
  readonly #stopped = new AbortController();
  readonly #waits = new Set<Wait>();
  readonly #calls = new Set<Call>();
  /** The latest call; ticks of a shared probe may take its answer. */
  #latest: Call | null = null;

  constructor(probe: Probe, options: ProberOptions, state: { readonly retrying: boolean }) {
    this.#probe = probe;
    this.#options = options;
    this.#state = state;
  }

  /** Ticks until it is stopped; resolves then. */
  async run(firstDueAtMs: number): Promise<void> {
    const { clock } = this.#options;
    for (let n = 0; !this.#stopped.signal.aborted; n += 1) {
      const dueAtMs = firstDueAtMs + n * this.#probe.everyMs;
      while (clock.nowMs() < dueAtMs) {
        try {
          await clock.sleep(dueAtMs - clock.nowMs(), this.#stopped.signal);
        } catch {
          return;
        }
      }
      void this.#tick(dueAtMs);
    }
  }

  /** No tick and no sample from here on; asks in flight are aborted. Idempotent. */
  stop(): void {
    this.#stopped.abort();
    // The tick that started a call aborts it when its wait is over.
    for (const { over } of this.#waits) over.abort();
  }

  /** Resolves once all asks have really ended. */
  async ended(): Promise<void> {
    await Promise.all([...this.#calls].map((call) => call.ended));
  }

  async #tick(dueAtMs: number): Promise<void> {
    let result = await this.#attempt(dueAtMs, 0);
    for (let attempt = 1; attempt <= this.#probe.retries; attempt += 1) {
      if (result === null || result.outcome === 'passed' || result.outcome === 'overrun') break;
      if (!this.#state.retrying) break;
      result = await this.#attempt(this.#options.clock.nowMs(), attempt);
    }
    if (result === null) return;
    this.#options.onDecision?.({
      probe: this.#probe.name,
      ok: result.outcome === 'passed',
      intendedAt: dueAtMs - this.#options.startedAtMs,
      ...(result.detail !== undefined && { detail: result.detail }),
    });
  }

  /** Null when the prober was stopped meanwhile. */
  async #attempt(dueAtMs: number, attempt: number): Promise<Result | null> {
    const { clock, startedAtMs, emit } = this.#options;
    const result = await this.#ask(dueAtMs);
    if (result === null) return null;
    emit({
      type: 'sample',
      t: clock.nowMs() - startedAtMs,
      probe: this.#probe.name,
      intendedAt: dueAtMs - startedAtMs,
      attempt,
      ...result,
    });
    return result;
  }

  async #ask(dueAtMs: number): Promise<Result | null> {
    const { ticks, everyMs, timeoutMs, maxInFlight = defaultMaxInFlight } = this.#probe;
    if (ticks === 'shared' && this.#latest?.answers(dueAtMs) === true) {
      return this.#answerOf(this.#latest, dueAtMs);
    }
    const lateMs = this.#options.clock.nowMs() - dueAtMs;
    if (lateMs >= timeoutMs || (lateMs >= everyMs && lateMs > graceMs)) {
      return { outcome: 'overrun', latencyMs: lateMs, detail: `not asked: late by ${formatMs(lateMs)}` };
    }
    if (ticks === 'overlapping' && this.#inFlight() >= maxInFlight) {
      return { outcome: 'overrun', latencyMs: timeoutMs, detail: `not asked: ${maxInFlight} asks in flight` };
    }
    const call = this.#start();
    const result = await this.#answerOf(call, dueAtMs);
    call.abort();
    return result;
  }

  #start(): Call {
    const call = new Call(this.#probe, () => this.#options.clock.nowMs());
    this.#latest = call;
    this.#calls.add(call);
    void call.ended.then(() => this.#calls.delete(call));
    return call;
  }

  /** Asks whose time limit has not passed: whether it fires just before or after the next tick must not matter. */
  #inFlight(): number {
    const nowMs = this.#options.clock.nowMs();
    return [...this.#waits].filter(({ deadlineMs }) => deadlineMs > nowMs).length;
  }

  async #answerOf(call: Call, dueAtMs: number): Promise<Result | null> {
    const { clock } = this.#options;
    const { timeoutMs } = this.#probe;
    const wait: Wait = { deadlineMs: dueAtMs + timeoutMs, over: new AbortController() };
    this.#waits.add(wait);
    let answer: ProbeAnswer | null = null;
    const leave = call.whenAnswered((given) => {
      answer = given;
      wait.over.abort();
    });
    try {
      await clock.sleep(wait.deadlineMs - clock.nowMs(), wait.over.signal);
    } catch {
      // Answered or stopped.
    } finally {
      leave();
      this.#waits.delete(wait);
    }
    if (this.#stopped.signal.aborted) return null;
    return this.#judge(answer, clock.nowMs() - dueAtMs, call);
  }

  #judge(answer: ProbeAnswer | null, tookMs: number, call: Call): Result {
    const { timeoutMs } = this.#probe;
    if (answer === null || tookMs > timeoutMs) {
      const hungMs = this.#options.clock.nowMs() - call.startedAtMs;
      const hung = call.abandoned ? `: the call of ${formatMs(hungMs)} ago still hangs` : '';
      return {
        outcome: 'timeout',
        latencyMs: timeoutMs,
        detail: `no answer within ${formatMs(timeoutMs)}${hung}`,
      };
    }
    const detail = answer.detail?.slice(0, detailLength);
    return {
      outcome: answer.ok ? 'passed' : 'failed',
      latencyMs: Math.max(0, tookMs),
      ...(detail !== undefined && { detail }),
      ...(answer.harvest !== undefined && { harvest: answer.harvest }),
    };
  }
}
