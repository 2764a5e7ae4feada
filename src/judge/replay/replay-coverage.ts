import { ChaosError } from '../../model/chaos-error.js';
import type { ChaosEvent } from '../../model/events.js';
import { foldAll } from '../../model/fold.js';
import { placeOf, type RecordedDecision, type RecordedRun, recordedRun } from './recorded-run.js';

/** Most decisions that are named of those that were not reached. */
const mostMissed = 20;

/** How much of a run happened again in another one with the same seed. */
export interface ReplayCoverage {
  /** Decisions of the earlier run that are listed and can be seeded. */
  readonly listed: number;
  /** Those that fired again: the same rule, site, n-th call and effect. */
  readonly reached: number;
  /** `reached` ÷ `listed`; null when none was listed. */
  readonly share: number | null;
  /** By scenario of the earlier run, without those of `notSeeded`. */
  readonly byScenario: readonly {
    readonly scenario: string;
    readonly listed: number;
    readonly reached: number;
  }[];
  /** Scenarios whose choices cannot be seeded: their decisions are not counted. */
  readonly notSeeded: readonly string[];
  /** Decisions of the earlier run that fired and were not kept one by one. */
  readonly unlisted: number;
  /** The first of those that did not fire again. */
  readonly missed: readonly RecordedDecision[];
  /** Whether both runs had the same seed; without it, what was reached again was reached by chance. */
  readonly sameSeed: boolean;
}

/**
 * How many decisions of a run fired again in a later one.
 *
 * @param earlier - all events of the run that was to be repeated
 * @param later - all events of the run that repeated it
 * @throws ChaosError INVALID_INPUT when either does not begin with run-started
 * @example
 * ```ts
 * const run = async (seed: number) => {
 *   const events: ChaosEvent[] = [];
 *   const orchestrator = new ChaosOrchestrator({ targetSystem: inProcessTarget('shop', { db }), resultsDirectory: null });
 *   await orchestrator.runExperiment(experiment, () => shop.isResponsive(), { seed, onEvent: (e) => events.push(e) });
 *   return events;
 * };
 * replayCoverage(await run(7), await run(7)).sameSeed; // true
 * ```
 */
export function replayCoverage(earlier: Iterable<ChaosEvent>, later: Iterable<ChaosEvent>): ReplayCoverage {
  return coverageOf(recorded(earlier), recorded(later));
}

function recorded(events: Iterable<ChaosEvent>): RecordedRun {
  const run = foldAll(recordedRun, events);
  if (run !== null) return run;
  throw new ChaosError('INVALID_INPUT', 'expected the events of a run to begin with run-started, got none', {
    hint: 'give all that `onEvent` was told',
  });
}

/** The same, of runs whose decisions are at hand. */
export function coverageOf(earlier: RecordedRun, later: RecordedRun): ReplayCoverage {
  const { scenarios } = earlier.started;
  const counts = scenarios.map(() => ({ listed: 0, reached: 0 }));
  const missed: RecordedDecision[] = [];
  for (const [key, effects] of earlier.decisions) {
    const place = placeOf(key);
    const count = counts[place.scenario];
    if (count === undefined || scenarios[place.scenario]?.replayable !== true) continue;
    const again = later.decisions.get(key);
    for (const [n, effect] of effects) {
      count.listed += 1;
      if (again?.get(n) === effect) count.reached += 1;
      else if (missed.length < mostMissed) missed.push({ ...place, n, effect });
    }
  }
  const listed = counts.reduce((sum, count) => sum + count.listed, 0);
  const reached = counts.reduce((sum, count) => sum + count.reached, 0);
  return {
    listed,
    reached,
    share: listed === 0 ? null : reached / listed,
    byScenario: scenarios.flatMap(({ name, replayable }, i) =>
      replayable ? { scenario: name, ...(counts[i] ?? { listed: 0, reached: 0 }) } : [],
    ),
    notSeeded: scenarios.filter(({ replayable }) => !replayable).map(({ name }) => name),
    unlisted: earlier.unlisted,
    missed,
    sameSeed: earlier.started.seed === later.started.seed,
  };
}
