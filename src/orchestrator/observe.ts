import type { Injection } from '../faults/injection.js';
import { timeLimit } from '../model/time-limit.js';
import { unlessAborted } from '../model/unless-aborted.js';
import type { PlanStep } from './plan.js';
import type { Run } from './run.js';

/** A scenario whose fault is active, and since when, in ms since the run's start. */
export interface ActiveScenario {
  readonly step: PlanStep;
  readonly injection: Injection;
  readonly injectedAt: number;
}

/** Evidence is looked at this often while a fault is active. */
const checkEveryMs = 5_000;
/** A check that hangs is worth nothing: it is given up after this. */
const checkLimitMs = 10_000;
/** Once faults are to end early, evidence must not keep them on: all looks together get no longer than this. */
const stopGraceMs = 300;
/** A look that takes longer than its fault was to last (a round trip under seconds of latency) keeps it on so long at most. */
const overtimeMs = 5_000;

/**
 * Watches active faults until their time is over: a check at once, some between, and a last one that is begun early
 * enough to end with the fault's time. Ends early when `early` aborts, when the target ends, or when the first checks
 * see only faults that do not act, which are not worth waiting for.
 */
export async function observe(
  run: Run,
  active: readonly ActiveScenario[],
  early: AbortController,
): Promise<void> {
  const plannedMs = Math.max(...active.map(({ step }) => step.planned.activeMs));
  const endsAt = Math.max(...active.map(({ injectedAt }) => injectedAt)) + plannedMs;
  const scenario = active.at(-1)?.step.index ?? null;
  run.emit({ type: 'phase-entered', phase: 'active', plannedMs, scenario });
  const stop = AbortSignal.any([run.ports.signal, early.signal, run.targetEnded]);
  using late = lateAfter(run, stop, endsAt);
  const checkMs = await firstCheck(run, active, early, late.signal);
  const lastCheckAt = endsAt - checkMs;
  while (await sleepUntil(run, Math.min(run.now() + checkEveryMs, lastCheckAt), stop)) {
    if (run.now() + checkMs >= lastCheckAt) break;
    await Promise.all(active.map((one) => check(run, one, 'periodic', late.signal)));
  }
  await sleepUntil(run, lastCheckAt, stop);
  await Promise.all(active.map((one) => check(run, one, 'last', late.signal)));
  await sleepUntil(run, endsAt, stop);
}

/** Returns how long it took, which is what later ones will take. */
async function firstCheck(
  run: Run,
  active: readonly ActiveScenario[],
  early: AbortController,
  late: AbortSignal,
): Promise<number> {
  const startedAt = run.now();
  // All at once: a fault that lets another one's evidence wait (a target that stands still) does not use up its time.
  const answers = await Promise.all(active.map((one) => check(run, one, 'first', late)));
  if (answers.every((answer) => answer === 'no')) early.abort(new Error('the fault is not active'));
  return run.now() - startedAt;
}

async function check(
  run: Run,
  { step, injection }: ActiveScenario,
  when: 'first' | 'periodic' | 'last',
  late: AbortSignal,
): Promise<'yes' | 'no' | 'unknown'> {
  using within = timeLimit(checkLimitMs);
  const limit = AbortSignal.any([run.ports.signal, within.signal, late]);
  try {
    const evidence = await unlessAborted(injection.check(limit), limit);
    run.emit({ type: 'fault-checked', scenario: step.index, when, evidence });
    return evidence.active;
  } catch (error) {
    run.throwIfStopped();
    // Cut off by us, it says nothing about the fault.
    if (late.aborted) return 'unknown';
    const message = `the evidence could not be gathered: ${String(error)}`;
    run.emit({ type: 'fault-failed', scenario: step.index, stage: 'check', code: 'INTERNAL', message });
    return 'unknown';
  }
}

/** A signal that aborts a grace after `stop` did, or some time after the faults' own is over. */
function lateAfter(
  run: Run,
  stop: AbortSignal,
  endsAt: number,
): Disposable & { readonly signal: AbortSignal } {
  const late = new AbortController();
  const settled = new AbortController();
  const { clock } = run.ports;
  const abortAfter = (ms: number) =>
    void clock.sleep(ms, settled.signal).then(
      () => late.abort(),
      () => undefined,
    );
  const onStop = () => abortAfter(stopGraceMs);
  abortAfter(Math.max(0, endsAt - run.now()) + overtimeMs);
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true, signal: settled.signal });
  return { signal: late.signal, [Symbol.dispose]: () => settled.abort() };
}

/** False when `stop` ended it; throws when the run was stopped. */
async function sleepUntil(run: Run, at: number, stop: AbortSignal): Promise<boolean> {
  const leftMs = at - run.now();
  if (leftMs <= 0) return !stop.aborted;
  try {
    await run.ports.clock.sleep(leftMs, stop);
    return true;
  } catch {
    run.throwIfStopped();
    return false;
  }
}
