import { ChaosError } from '../model/chaos-error.js';
import type { ChaosEvent } from '../model/events.js';
import { type Decide, decisions } from '../model/decide.js';
import { abortCheck, type AbortFinding } from '../judge/abort-check.js';
import type { Plan } from './plan.js';
import type { LiveTarget, RunPorts } from './run-ports.js';
import { StopReason } from './stop-reason.js';
import { toMicroseconds } from './to-microseconds.js';
import { SteadyState } from './steady-state.js';

type WithoutTime<Event> = Event extends ChaosEvent ? Omit<Event, 't'> : never;

/** The state that the phases of one run share. */
export class Run {
  readonly plan: Plan;
  readonly ports: RunPorts;
  readonly decide: Decide;
  readonly startedAtMs: number;
  /** Replaced at each phase that judges health anew. */
  steady: SteadyState;
  readonly #target = new AbortController();
  readonly #lost = new AbortController();
  readonly #injected = new Set<number>();
  #watching: ((finding: AbortFinding) => void) | null = null;
  readonly #abort;

  constructor(plan: Plan, ports: RunPorts) {
    this.plan = plan;
    this.ports = { ...ports, signal: AbortSignal.any([ports.signal, this.#lost.signal]) };
    this.decide = decisions(plan.seed);
    this.startedAtMs = ports.clock.nowMs();
    this.steady = new SteadyState(plan.probes);
    this.#abort = plan.experiment.abortWhen === undefined ? null : abortCheck(plan.experiment.abortWhen);
  }

  /** Milliseconds since the run's start. */
  now(): number {
    return this.ports.clock.nowMs() - this.startedAtMs;
  }

  emit(event: WithoutTime<ChaosEvent>): void {
    const full = toMicroseconds({ t: this.now(), ...event });
    if (full.type === 'fault-injected') this.#injected.add(full.scenario);
    this.ports.emit(full);
    const finding = this.#abort?.step(full) ?? null;
    if (finding !== null) this.#watching?.(finding);
  }

  wasInjected(scenario: number): boolean {
    return this.#injected.has(scenario);
  }

  /** Aborts when the target ends by itself: from then on nothing can be injected and nothing recovers. */
  get targetEnded(): AbortSignal {
    return this.#target.signal;
  }

  /**
   * Emits `target-failed` when the target ends by itself, and stops the run when what chaosx put beside it is lost,
   * until the returned handle is disposed.
   */
  watchTarget(live: LiveTarget): Disposable {
    let watching = true;
    void live.ended.then((reason) => {
      if (!watching) return;
      this.emit({ type: 'target-failed', reason, lastOutput: live.lastOutput() });
      this.#target.abort(new Error(reason));
    });
    void live.lost.then((what) => {
      if (watching) this.#lost.abort(new StopReason('error', what));
    });
    return {
      [Symbol.dispose]: () => {
        watching = false;
      },
    };
  }

  /** Calls back at most once, when an abort condition holds; watching ends with the returned handle. */
  watchAbortConditions(onFound: (finding: AbortFinding) => void): Disposable {
    this.#watching = (finding) => {
      this.#watching = null;
      onFound(finding);
    };
    return {
      [Symbol.dispose]: () => {
        this.#watching = null;
      },
    };
  }

  /** Throws when someone asked the run to stop. */
  throwIfStopped(): void {
    if (this.ports.signal.aborted) {
      throw new ChaosError('ABORTED', 'the run was stopped', { cause: this.ports.signal.reason });
    }
  }
}
