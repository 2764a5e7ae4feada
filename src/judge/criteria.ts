import { toMs } from '../model/duration.js';
import type { CriterionName, SuccessCriteria } from '../model/experiment.js';
import type { CriterionResult, ProbeMetrics, ScenarioMetrics } from '../model/results.js';
import type { MetricsState } from './metrics.js';
import { scenarioMetricsOf } from './metrics.js';
import type { ScenarioFacts } from './scenario-facts.js';

/** How one criterion is read and compared. Limits are inclusive. */
type Reading = {
  readonly holds: 'at-most' | 'at-least';
  /** The limit in the unit of `observe`. */
  readonly limit: 'as-given' | 'duration-in-seconds';
} & (
  | { readonly per: 'probe'; observe(probe: ProbeMetrics): number | null }
  | { readonly per: 'scenario'; observe(metrics: ScenarioMetrics): number | null }
);

const p95: Reading = {
  holds: 'at-most',
  limit: 'as-given',
  per: 'probe',
  observe: ({ responseTimes }) => responseTimes.during?.p95Ms ?? null,
};

const readings: Readonly<Record<CriterionName, Reading>> = {
  responseTimeMs: p95,
  p95ResponseMs: p95,
  maxResponseMs: {
    holds: 'at-most',
    limit: 'as-given',
    per: 'probe',
    observe: ({ responseTimes }) => responseTimes.during?.maxMs ?? null,
  },
  maxDowntime: {
    holds: 'at-most',
    limit: 'duration-in-seconds',
    per: 'probe',
    observe: ({ availabilityBySamples, longestOutageMs }) =>
      availabilityBySamples === null ? null : longestOutageMs / 1_000,
  },
  maxRecoveryTime: {
    holds: 'at-most',
    limit: 'duration-in-seconds',
    per: 'scenario',
    observe: ({ recoveryTimeSeconds }) => recoveryTimeSeconds,
  },
  passRate: { holds: 'at-least', limit: 'as-given', per: 'probe', observe: ({ passRate }) => passRate },
  maxErrorRate: {
    holds: 'at-most',
    limit: 'as-given',
    per: 'probe',
    observe: ({ samples, failed }) => (samples === 0 ? null : failed / samples),
  },
  minAvailability: {
    holds: 'at-least',
    limit: 'as-given',
    per: 'probe',
    observe: ({ availabilityByTime }) => availabilityByTime,
  },
};

/**
 * By scenario: every criterion, judged for each probe of an injected scenario (recovery: for the scenario).
 * What was not observed is neither held nor broken, but a system that never recovered broke any `maxRecoveryTime`.
 * The answer of a criteria function stands for every injected scenario; a function that threw gave no answer.
 */
export function judgeCriteria(state: MetricsState): readonly (readonly CriterionResult[])[] {
  const { started, scenarios, criteriaAnswer } = state.facts;
  if (started === null) return [];
  return scenarios.map((scenario, i) => {
    const metrics = scenarioMetricsOf(state, scenario, i);
    if (metrics === null) return [];
    if (started.criteria === 'function') {
      const held = criteriaAnswer === null || criteriaAnswer.error !== undefined ? null : criteriaAnswer.held;
      return [
        { name: 'function', scenario: metrics.scenario, probe: null, limit: null, observed: null, held },
      ];
    }
    return judgeScenario(started.criteria, scenario, metrics);
  });
}

function judgeScenario(
  criteria: SuccessCriteria,
  { recovery }: ScenarioFacts,
  metrics: ScenarioMetrics,
): readonly CriterionResult[] {
  const results: CriterionResult[] = [];
  for (const name of Object.keys(readings) as CriterionName[]) {
    const given = criteria[name];
    if (given === undefined) continue;
    const reading = readings[name];
    const limit = reading.limit === 'duration-in-seconds' ? toMs(given) / 1_000 : Number(given);
    const add = (probe: string | null, observed: number | null, neverCame: boolean) => {
      const held = observed === null ? (neverCame ? false : null) : compare(reading.holds, observed, limit);
      results.push({ name, scenario: metrics.scenario, probe, limit, observed, held });
    };
    if (reading.per === 'scenario') add(null, reading.observe(metrics), recovery?.recovered === false);
    else for (const probe of metrics.probes) add(probe.probe, reading.observe(probe), false);
  }
  return results;
}

function compare(holds: Reading['holds'], observed: number, limit: number): boolean {
  return holds === 'at-most' ? observed <= limit : observed >= limit;
}

/** Whether the limit of a criterion is the most or the least that is good; a function's answer should be true. */
export function limitIsOf(name: string): 'most' | 'least' {
  return name !== 'function' && readings[name as CriterionName].holds === 'at-most' ? 'most' : 'least';
}

/**
 * How far a judged criterion is from its limit, as a share of the limit: 0.2 = 20 % to spare, below 0 = broken.
 * null when nothing was observed or there is no limit.
 */
export function marginOf({ name, limit, observed }: CriterionResult): number | null {
  if (limit === null || observed === null || name === 'function') return null;
  const spare = readings[name as CriterionName].holds === 'at-most' ? limit - observed : observed - limit;
  // Nothing is far from 0 in shares of it: any other value is worst.
  if (limit === 0) return spare === 0 ? 0 : spare * Number.MAX_VALUE;
  return spare / limit;
}

/** The criterion with the least to spare, or furthest beyond its limit; null when there is none. */
export function nearestToLimit(criteria: readonly CriterionResult[]): CriterionResult | null {
  return criteria.reduce<CriterionResult | null>(
    (nearest, one) => (nearest === null || sortableMargin(one) < sortableMargin(nearest) ? one : nearest),
    null,
  );
}

/** What has no margin comes last. */
function sortableMargin(criterion: CriterionResult): number {
  return marginOf(criterion) ?? Number.MAX_VALUE;
}
