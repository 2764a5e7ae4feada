import type { Evidence, Exposure } from '../model/evidence.js';
import { timeLimit } from '../model/time-limit.js';
import { unlessAborted } from '../model/unless-aborted.js';
import type { ActiveScenario } from './observe.js';
import type { Run } from './run.js';
import type { Work, WorkSample } from './run-ports.js';

/** Until a fault is seen to act: what does the work may come and go in half a second. */
const firstLookEveryMs = 50;
const lookEveryMs = 1_000;
/** A look that hangs is worth nothing. */
const lookLimitMs = 10_000;
/** For a look that is under way when the work ends. */
const graceMs = 300;

/**
 * Has the target do its work under the faults, and watches these until it has. The processes that the faults are in come
 * and go with the work: a fault was active when it was seen to be while they were there, and what they met is told at
 * the end.
 */
export async function observeWork(run: Run, active: readonly ActiveScenario[], work: Work): Promise<void> {
  const scenario = active.at(-1)?.step.index ?? null;
  run.emit({
    type: 'phase-entered',
    phase: 'active',
    plannedMs: run.plan.work?.timeLimitMs ?? null,
    scenario,
  });
  await work.begin();
  const over = new AbortController();
  const looks = active.map((one) => lookMeanwhile(run, one, over.signal));
  const samples = await work.ended(run.ports.signal).finally(() => over.abort());
  const seen = await Promise.all(looks);
  emitSamples(run, samples);
  for (const [i, one] of active.entries()) await lastLook(run, one, seen[i] ?? null);
}

/** Has the target do its work while nothing is broken. */
export async function workUndisturbed(run: Run, work: Work): Promise<void> {
  const plannedMs = run.plan.work?.timeLimitMs ?? null;
  run.emit({ type: 'phase-entered', phase: 'baseline', plannedMs, scenario: null });
  await work.begin();
  const samples = await work.ended(run.ports.signal);
  emitSamples(run, samples);
  const failed = samples.filter(({ passed }) => !passed);
  run.emit({
    type: 'baseline-ended',
    held: failed.length === 0,
    ...(failed.length > 0 && {
      detail: `${failed.length} of ${samples.length} failed, first ${failed[0]?.detail ?? 'without a word'}`,
    }),
  });
}

function emitSamples(run: Run, samples: readonly WorkSample[]): void {
  const { work } = run.plan;
  if (work === null) return;
  for (const { passed, latencyMs, detail } of samples) {
    run.emit({
      type: 'sample',
      probe: work.probe,
      // When it began is not known. It ended while the fault was there.
      intendedAt: run.now(),
      latencyMs,
      outcome: passed ? 'passed' : 'failed',
      attempt: 0,
      ...(detail !== undefined && { detail }),
    });
  }
}

/** Looks until the work is over; the newest evidence of a fault that acts, null when there was none. */
async function lookMeanwhile(run: Run, one: ActiveScenario, over: AbortSignal): Promise<Evidence | null> {
  let seen: Evidence | null = null;
  while (!over.aborted && !run.ports.signal.aborted) {
    const evidence = await look(run, one, over);
    if (evidence?.active === 'yes') {
      const when = seen === null ? 'first' : 'periodic';
      run.emit({ type: 'fault-checked', scenario: one.step.index, when, evidence });
      seen = evidence;
    }
    const everyMs = seen === null ? firstLookEveryMs : lookEveryMs;
    await run.ports.clock.sleep(everyMs, AbortSignal.any([over, run.ports.signal])).catch(() => undefined);
  }
  return seen;
}

/** Null when it failed, was cut off or took too long: processes come and go. */
async function look(run: Run, { injection }: ActiveScenario, over: AbortSignal): Promise<Evidence | null> {
  using within = timeLimit(lookLimitMs);
  const cut = new AbortController();
  const settled = new AbortController();
  const cutLate = () =>
    void run.ports.clock.sleep(graceMs, settled.signal).then(
      () => cut.abort(),
      () => undefined,
    );
  over.addEventListener('abort', cutLate, { once: true, signal: settled.signal });
  const limit = AbortSignal.any([run.ports.signal, within.signal, cut.signal]);
  try {
    return await unlessAborted(injection.check(limit), limit);
  } catch {
    return null;
  } finally {
    settled.abort();
  }
}

async function lastLook(run: Run, { step, injection }: ActiveScenario, seen: Evidence | null): Promise<void> {
  const scenario = step.index;
  using within = timeLimit(lookLimitMs);
  const limit = AbortSignal.any([run.ports.signal, within.signal]);
  try {
    const evidence = overTheWork(seen, await unlessAborted(injection.check(limit), limit));
    if (seen === null) run.emit({ type: 'fault-checked', scenario, when: 'first', evidence });
    run.emit({ type: 'fault-checked', scenario, when: 'last', evidence });
  } catch (error) {
    run.throwIfStopped();
    const message = `the evidence could not be gathered: ${String(error)}`;
    run.emit({ type: 'fault-failed', scenario, stage: 'check', code: 'INTERNAL', message });
  }
}

/** What was seen while its processes were there, with what they have met in all. */
function overTheWork(seen: Evidence | null, end: Evidence): Evidence {
  if (end.active === 'yes') return end;
  const details = end.details ?? seen?.details;
  if (seen !== null) {
    return {
      ...seen,
      exposure: more(seen.exposure, end.exposure),
      ...(details !== undefined && { details }),
    };
  }
  const { baseline, during } = end.measured;
  const wasFelt =
    end.exposure.kind === 'counted' && end.exposure.n > 0 && during !== null && during !== baseline;
  return wasFelt ? { ...end, active: 'yes' } : end;
}

function more(a: Exposure, b: Exposure): Exposure {
  if (a.kind !== 'counted' || b.kind !== 'counted') return a;
  return b.n >= a.n ? b : a;
}
