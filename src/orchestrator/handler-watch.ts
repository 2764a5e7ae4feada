import type { ArmedFault } from '../model/agent-link.js';
import type { HandlerCount } from '../model/handler.js';
import { handlerKey } from '../model/sum-handlers.js';
import { timeLimit } from '../model/time-limit.js';
import type { PlanStep } from './plan.js';
import type { Run } from './run.js';
import type { LiveTarget } from './run-ports.js';

/** A target that does not say what it has seen by then is not waited for. */
const askLimitMs = 2_000;
const mostRan = 1_000;
const mostFound = 2_000;
const mostReasons = 100;

interface Look {
  readonly handlers: readonly HandlerCount[];
  readonly leftOut: number;
  readonly outOfReach: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * Which handlers of errors run in the target, where the experiment asks for it. It says so in events, and keeps nothing from going
 * on: that something cannot be observed is said too.
 */
export class HandlerWatch implements AsyncDisposable {
  readonly #run: Run;
  readonly #armed: ArmedFault<'handlers'> | null;
  #failed: string | undefined;

  static async open(run: Run, live: LiveTarget): Promise<HandlerWatch> {
    const { plan, ports } = run;
    if (plan.observedFiles.length === 0) return new HandlerWatch(run, null);
    const { target } = live;
    const agent = target.kind === 'started' ? target.running?.agent : undefined;
    if (agent === undefined) return new HandlerWatch(run, null, 'there is no agent in the target');
    const fault = { kind: 'handlers', activeMs: longestMs(run) } as const;
    try {
      const armed = await agent.arm(`${ports.runId}-handlers`, fault, () => undefined, ports.signal);
      return new HandlerWatch(run, armed);
    } catch (error) {
      run.throwIfStopped();
      return new HandlerWatch(run, null, error instanceof Error ? error.message : String(error));
    }
  }

  private constructor(run: Run, armed: ArmedFault<'handlers'> | null, failed?: string) {
    this.#run = run;
    this.#armed = armed;
    this.#failed = failed;
  }

  /** Emits which ran meanwhile, when a scenario of the group was injected. */
  async during<T>(group: readonly PlanStep[], act: () => Promise<T>): Promise<T> {
    const before = await this.#look();
    try {
      return await act();
    } finally {
      const after = await this.#look();
      if (before !== null && after !== null) this.#tellRan(group, before, after);
    }
  }

  /** Emits all that were found. */
  async [Symbol.asyncDispose](): Promise<void> {
    const run = this.#run;
    if (run.plan.observedFiles.length === 0) return;
    const last = await this.#look();
    if (this.#armed !== null) {
      using within = timeLimit(askLimitMs);
      // What does not answer gives it up with the lease.
      await this.#armed.disarm(within.signal).catch(() => undefined);
    }
    const { handlers, leftOut, outOfReach } = last ?? { handlers: [], leftOut: 0, outOfReach: [] };
    const reasons = new Map(outOfReach.map((one) => [one.file, one]));
    run.emit({
      type: 'handlers-found',
      handlers: handlers.slice(0, mostFound),
      more: Math.max(0, handlers.length - mostFound),
      outOfReach: [...reasons.values()].slice(0, mostReasons),
      ...failure(this.#failed, leftOut),
    });
  }

  #tellRan(group: readonly PlanStep[], before: Look, after: Look): void {
    const earlier = new Map(before.handlers.map((one) => [handlerKey(one), one]));
    const ran = after.handlers.flatMap((one) => since(one, earlier.get(handlerKey(one))));
    ran.sort((a, b) => b.swallowed - a.swallowed);
    const scenarios = group.map(({ index }) => index).filter((index) => this.#run.wasInjected(index));
    if (scenarios.length === 0) return;
    const handlers = ran.slice(0, mostRan);
    this.#run.emit({ type: 'handlers-ran', scenarios, handlers, more: ran.length - handlers.length });
  }

  async #look(): Promise<Look | null> {
    if (this.#armed === null) return null;
    using within = timeLimit(askLimitMs);
    try {
      return await this.#armed.counts(within.signal);
    } catch (error) {
      this.#failed ??= `the target did not say what it had seen: ${String(error)}`;
      return null;
    }
  }
}

function since(now: HandlerCount, before: HandlerCount | undefined): HandlerCount[] {
  const ran = now.ran - (before?.ran ?? 0);
  if (ran <= 0) return [];
  const swallowed = Math.max(0, now.swallowed - (before?.swallowed ?? 0));
  const injected = Math.max(0, now.injected - (before?.injected ?? 0));
  return [{ ...now, ran, swallowed, injected }];
}

function failure(failed: string | undefined, leftOut: number): { readonly failed?: string } {
  if (failed !== undefined) return { failed };
  return leftOut === 0 ? {} : { failed: `${leftOut} modules have more handlers than are looked at` };
}

/** For as long as the agent is to keep it. */
function longestMs({ plan: { steps, baselineMs, holdMs, maxRecoveryWaitMs } }: Run): number {
  return steps.reduce((sum, { planned }) => sum + planned.activeMs + maxRecoveryWaitMs + holdMs, baselineMs);
}
