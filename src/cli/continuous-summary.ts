import { formatNumber, formatResponse, formatShare } from '../judge/quantity.js';
import type { ContinuousResults, TrendPoint } from '../model/campaign-results.js';
import { formatMs } from '../model/duration.js';
import { sparkline } from '../report/sparkline.js';
import { emphasis } from './emphasis.js';
import { table } from './table.js';

export interface ContinuousSummaryOptions {
  readonly color: boolean;
  /** Where the campaign was written. */
  readonly folder: string | null;
}

const widest = 40;
/** Of a kind; all are in results.json. */
const mostNamed = 5;

/** What continuous chaos showed: its course over time, each scenario, what to do. */
export function renderContinuousSummary(
  results: ContinuousResults,
  { color, folder }: ContinuousSummaryOptions,
): string {
  const { verdict, name, reason, roundsRun, roundsByVerdict, resumed, durationSeconds } = results;
  const { byScenario, errorBudget, recommendations, skipped, stoppedBy, seed } = results;
  const counts = Object.entries(roundsByVerdict).map(([each, n]) => `${n} ${each}`);
  const again = resumed === 0 ? '' : `, went on ${resumed === 1 ? 'once' : `${resumed} times`} after a stop`;
  const lines = [
    `${emphasis(verdict, color)}  ${emphasis(name, color)}`,
    `  ${reason}`,
    `  ${roundsRun} rounds in ${formatMs(1_000 * durationSeconds)}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}${again}`,
    ...(stoppedBy === null ? [] : [`  stopped (${stoppedBy.by.replaceAll('-', ' ')}): ${stoppedBy.detail}`]),
    ...(errorBudget === null
      ? []
      : [
          `  error budget: ${formatShare(errorBudget.spent)} of all samples failed, ${formatShare(errorBudget.allowed)} allowed`,
        ]),
    ...(roundsRun === 0 ? [] : ['', ...trendLines(results.trend)]),
    ...(byScenario.length === 0 ? [] : ['', ...scenarioLines(byScenario)]),
    ...skipped.slice(0, mostNamed).map((each) => `  not run: ${each.name}: ${each.why}`),
    ...(skipped.length > mostNamed ? [`  and ${skipped.length - mostNamed} more that were not run`] : []),
    ...recommendations
      .slice(0, mostNamed)
      .map(({ text, rounds }) => `  → ${text} (${rounds} of ${roundsRun} rounds)`),
    ...(recommendations.length > mostNamed
      ? [`  and ${recommendations.length - mostNamed} more recommendations in results.json`]
      : []),
    `  seed ${seed}`,
    ...(folder === null ? [] : [`  results ${folder}/results.json`]),
  ];
  return `${lines.join('\n')}\n`;
}

interface Quantity {
  readonly label: string;
  readonly value: (point: TrendPoint) => number | null;
  readonly text: (value: number) => string;
}

const quantities: readonly Quantity[] = [
  {
    label: 'rounds that held',
    value: ({ rounds, held }) => (rounds === 0 ? null : held / rounds),
    text: formatShare,
  },
  { label: 'available', value: ({ meanAvailability }) => meanAvailability, text: formatShare },
  {
    label: 'back after',
    value: ({ meanRecoverySeconds }) => meanRecoverySeconds,
    text: (seconds) => formatMs(1_000 * seconds),
  },
  { label: 'p95 under fault', value: ({ meanP95DuringMs }) => meanP95DuringMs, text: formatResponse },
];

/** Each quantity over time, with its mean in the first and in the last third. */
function trendLines(trend: readonly TrendPoint[]): readonly string[] {
  const third = Math.max(1, Math.ceil(trend.length / 3));
  const rows = quantities.map(({ label, value, text }) => {
    const shown = (points: readonly TrendPoint[]) => {
      const mean = meanOf(points, value);
      return mean === null ? '–' : text(mean);
    };
    return [
      label,
      shown(trend.slice(0, third)),
      shown(trend.slice(-third)),
      sparkline(trend.map(value), widest),
    ];
  });
  return table([['over time', 'first third', 'last third', 'from 0 to the largest'], ...rows]).map(
    (line) => `  ${line}`,
  );
}

function meanOf(points: readonly TrendPoint[], value: Quantity['value']): number | null {
  let [sum, rounds] = [0, 0];
  for (const point of points) {
    const seen = value(point);
    if (seen === null) continue;
    sum += seen * point.rounds;
    rounds += point.rounds;
  }
  return rounds === 0 ? null : sum / rounds;
}

function scenarioLines(byScenario: ContinuousResults['byScenario']): readonly string[] {
  const rows = byScenario.map((each) => [
    each.scenario,
    String(each.severity),
    formatNumber(each.rounds),
    formatNumber(each.held),
    formatNumber(each.deviated),
    each.medianRecoverySeconds === null ? '–' : formatMs(1_000 * each.medianRecoverySeconds),
    each.meanAvailability === null ? '–' : formatShare(each.meanAvailability),
    each.worst === null
      ? '–'
      : `${each.worst.verdict}${each.worst.folder === null ? '' : `, ${each.worst.folder}`}`,
  ]);
  return table([
    ['by scenario', 'severity', 'rounds', 'held', 'deviated', 'back after', 'available', 'worst round'],
    ...rows,
  ]).map((line) => `  ${line}`);
}
