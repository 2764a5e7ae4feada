import type { Interval } from '../../model/interval.js';
import type { MetricDetail, ResilienceMetricName } from '../../model/metric-detail.js';

/** What people call the metrics. */
export const metricWords: Readonly<Record<ResilienceMetricName, string>> = {
  meanTimeToRecovery: 'mean time to recovery',
  faultToleranceScore: 'fault tolerance',
  availability: 'availability',
  gracefulDegradation: 'graceful degradation',
};

/** e.g. `availability 98.2 % (95 %: 97.0–99.1 %) against at least 99 %; 12 more runs would decide`. */
export function metricSentence(metric: MetricDetail): string {
  const { name, unit, value, interval, target, targetIs, verdict, runsToDecide, censored } = metric;
  const limit = `against at ${targetIs} ${numberText(target)} ${unit}`;
  if (value === null) return `${metricWords[name]}: nothing was measured`;
  const range = interval === null ? '' : ` (${intervalText(interval, unit)})`;
  const never = censored === 0 ? '' : `, ${censored} of ${metric.n} never recovered`;
  return `${metricWords[name]} ${numberText(value)} ${unit}${range}${never} ${limit}${open(verdict, runsToDecide)}`;
}

/** e.g. `95 %: 97.0–99.1 %`. */
export function intervalText({ lower, upper, level }: Interval, unit: string): string {
  return `${100 * level} %: ${numberText(lower)}–${numberText(upper)} ${unit}`;
}

function open(verdict: MetricDetail['verdict'], runs: number | null): string {
  if (verdict !== 'inconclusive') return '';
  return runs === null ? '; too near to be decided by more runs' : `; about ${runs} more would decide`;
}

/** Three digits are as many as runs can carry. */
export function numberText(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}
