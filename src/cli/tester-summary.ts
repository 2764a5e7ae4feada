import { intervalText, metricWords, numberText } from '../judge/resilience/metric-sentence.js';
import type { TesterResults } from '../model/campaign-results.js';
import type { MetricDetail } from '../model/metric-detail.js';
import { emphasis } from './emphasis.js';
import { table } from './table.js';

export interface TesterSummaryOptions {
  readonly color: boolean;
  /** Where the campaign was written. */
  readonly folder: string | null;
}

/** What a test of resilience showed: each metric against its target, then by scenario. */
export function renderTesterSummary(results: TesterResults, { color, folder }: TesterSummaryOptions): string {
  const { verdict, name, reason, metrics, byScenario, roundsRun, skipped, recommendations, seed } = results;
  const leftOut = byScenario.reduce((sum, { notInjected }) => sum + notInjected, 0);
  const lines = [
    `${emphasis(verdict, color)}  ${emphasis(name, color)}`,
    `  ${reason}`,
    '',
    ...table(metrics.map(metricRow)).map((line) => `  ${line}`),
    ...metrics.flatMap(besideLines),
    '',
    ...table([
      ['by scenario', 'runs', 'tolerated', 'back after', 'available', 'degradation'],
      ...byScenario.map((each) => [each.scenario, String(each.runs), ...scenarioCells(each.metrics)]),
    ]).map((line) => `  ${line}`),
    ...(leftOut === 0 ? [] : [`  left out: ${leftOut} of ${roundsRun} runs, whose fault was not injected`]),
    ...skipped.map((each) => `  not run: ${each.name}: ${each.why}`),
    ...recommendations.map(({ text, rounds }) => `  → ${text} (${rounds} of ${roundsRun} runs)`),
    `  seed ${seed}`,
    ...(folder === null ? [] : [`  results ${folder}/results.json`]),
  ];
  return `${lines.join('\n')}\n`;
}

function metricRow(metric: MetricDetail): readonly string[] {
  const { name, unit, interval, target, targetIs, verdict, n, censored, runsToDecide } = metric;
  const more =
    verdict === 'inconclusive' && runsToDecide !== null ? `, about ${runsToDecide} more decide` : '';
  const never = censored === 0 ? '' : `, ${censored} never recovered`;
  return [
    metricWords[name],
    valueText(metric.value, unit),
    interval === null ? 'no interval' : intervalText(interval, unit),
    `target at ${targetIs} ${numberText(target)} ${unit}`,
    verdict,
    `n ${n}${never}${more}`,
  ];
}

function besideLines({ name, median, unit, beside, withinRun }: MetricDetail): readonly string[] {
  const numbers = [
    ...(name === 'meanTimeToRecovery' && median !== null ? [`median ${valueText(median, unit)}`] : []),
    ...beside.map((each) => `${each.name} ${valueText(each.value, each.unit)}`),
    ...(withinRun === null
      ? []
      : [`inside the last run ${intervalText(withinRun, unit)} (${withinRun.method}; decides nothing)`]),
  ];
  return numbers.length === 0 ? [] : [`    ${metricWords[name]}: ${numbers.join(', ')}`];
}

function scenarioCells(metrics: readonly MetricDetail[]): readonly string[] {
  const cell = (name: MetricDetail['name']) => {
    const metric = metrics.find((each) => each.name === name);
    return valueText(metric?.value ?? null, metric?.unit ?? '%');
  };
  return [
    cell('faultToleranceScore'),
    cell('meanTimeToRecovery'),
    cell('availability'),
    cell('gracefulDegradation'),
  ];
}

function valueText(value: number | null, unit: string): string {
  return value === null ? '–' : `${numberText(value)} ${unit}`;
}
