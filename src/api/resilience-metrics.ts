import type { TesterResults } from '../model/campaign-results.js';
import {
  type MetricDetail,
  type ResilienceMetricName,
  resilienceMetricNames,
} from '../model/metric-detail.js';
import type { Verdict } from '../model/verdict.js';

/** What a test of resilience measured. A number is NaN when nothing could be measured. */
export interface ResilienceMetrics {
  /** Seconds, within the time that each run waited. */
  readonly meanTimeToRecovery: number;
  /** Percent, 0–100. */
  readonly faultToleranceScore: number;
  /** Percent of time, 0–100. */
  readonly availability: number;
  /** Percent, 0–100: yield × harvest. */
  readonly gracefulDegradation: number;
  readonly verdict: Verdict;
  /** One sentence: what decided the verdict. */
  readonly reason: string;
  /** What each number rests on: n, interval, target, verdict, censored runs. */
  readonly details: Readonly<Record<ResilienceMetricName, MetricDetail>>;
  readonly byScenario: TesterResults['byScenario'];
  /** All of it, as in `results.json`. */
  readonly results: TesterResults;
  /** Where it was kept; null when nothing was. */
  readonly folder: string | null;
}

/** The numbers of the first description, from what was judged. */
export function resilienceMetrics(results: TesterResults, folder: string | null): ResilienceMetrics {
  const details = Object.fromEntries(results.metrics.map((metric) => [metric.name, metric])) as Record<
    ResilienceMetricName,
    MetricDetail
  >;
  const numbers = Object.fromEntries(
    resilienceMetricNames.map((name) => [name, details[name].value ?? Number.NaN]),
  ) as Record<ResilienceMetricName, number>;
  const { verdict, reason, byScenario } = results;
  return { ...numbers, verdict, reason, details, byScenario, results, folder };
}
