import {
  intervalText,
  metricSentence,
  metricWords,
  numberText,
} from '../../judge/resilience/metric-sentence.js';
import type { TesterResults } from '../../model/campaign-results.js';
import type { MetricDetail, ResilienceMetricName } from '../../model/metric-detail.js';
import type { Tone } from '../five-answers.js';
import type { CampaignCase, CampaignDocument, Cell, DataTable } from './document.js';
import type { Strip } from '../charts/figure-spec.js';
import { roundCases } from './round-cases.js';
import { type RoundLinks, roundsTable } from './rounds-table.js';

/** Four metrics over runs against their targets, by scenario, and run by run. */
export function testerDocument(results: TesterResults, links: RoundLinks): Omit<CampaignDocument, 'answers'> {
  const { metrics, byScenario, rounds } = results;
  return {
    headline: metrics
      .map(({ name, value, unit }) => `${metricWords[name]} ${valueText(value, unit)}`)
      .join(', '),
    sections: [
      {
        title: 'Metrics against their targets',
        notes: [
          'Intervals are over runs and decide: a metric held when all of its interval is on the good side of its target. What is marked as inside a run decides nothing.',
        ],
        figure: {
          kind: 'strips',
          title: 'Metrics against their targets',
          words: {
            value: 'over all runs',
            observed: null,
            interval: 'interval',
            limit: 'target',
            reference: null,
          },
          strips: metrics.filter(({ value }) => value !== null).map(stripOf),
        },
        table: metricsTable(metrics),
        long: false,
      },
      { title: 'Beside them', notes: [], figure: null, table: besideTable(metrics), long: true },
      {
        title: 'By scenario',
        notes: [],
        figure: null,
        table: byScenarioTable(byScenario),
        long: false,
      },
      { title: 'Runs', notes: [], figure: null, table: roundsTable(rounds, links), long: true },
    ],
    cases: [...metrics.map(metricCase), ...roundCases(rounds, 'together')],
  };
}

const tones: Readonly<Record<MetricDetail['verdict'], Tone>> = {
  held: 'good',
  deviated: 'bad',
  inconclusive: 'unsure',
};

function valueText(value: number | null, unit: string): string {
  return value === null ? '–' : `${numberText(value)} ${unit}`;
}

function stripOf(metric: MetricDetail): Strip {
  const { name, unit, value, interval, target, targetIs, verdict } = metric;
  return {
    label: `${metricWords[name]}: ${valueText(value, unit)}, target at ${targetIs} ${numberText(target)} ${unit}`,
    unit,
    tone: tones[verdict],
    value,
    observed: [],
    interval,
    limit: { at: target, is: targetIs },
    reference: null,
    sentence: `${metricSentence(metric)}: ${verdict}`,
  };
}

function metricsTable(metrics: readonly MetricDetail[]): DataTable {
  return {
    head: [
      'metric',
      'value',
      'interval',
      'target',
      'verdict',
      'n',
      'never recovered',
      'runs that would decide',
    ],
    rows: metrics.map(
      ({ name, value, unit, interval, target, targetIs, verdict, n, censored, runsToDecide }) => [
        metricWords[name],
        valueText(value, unit),
        interval === null ? 'none' : `${intervalText(interval, unit)} (${interval.method})`,
        `at ${targetIs} ${numberText(target)} ${unit}`,
        { text: verdict, tone: tones[verdict] },
        String(n),
        name === 'meanTimeToRecovery' ? String(censored) : '–',
        toDecide(verdict, runsToDecide),
      ],
    ),
  };
}

function toDecide(verdict: MetricDetail['verdict'], runs: number | null): string {
  if (verdict !== 'inconclusive') return '–';
  return runs === null ? 'no number would' : `about ${runs} more`;
}

function besideTable(metrics: readonly MetricDetail[]): DataTable | null {
  const rows = metrics.flatMap(
    ({ name, unit, median, beside, withinRun, byFault }): (readonly string[])[] => [
      ...(name === 'meanTimeToRecovery' && median !== null
        ? [[metricWords[name], 'median', valueText(median, unit), '']]
        : []),
      ...beside.map((each) => [
        metricWords[name],
        each.name,
        valueText(each.value, each.unit),
        each.interval === null ? '' : `${intervalText(each.interval, each.unit)} (${each.interval.method})`,
      ]),
      ...byFault.map(({ fault, n, tolerated, interval }) => [
        metricWords[name],
        fault,
        `${tolerated} of ${n} tolerated`,
        interval === null ? '' : `${intervalText(interval, unit)} (${interval.method})`,
      ]),
      ...(withinRun === null
        ? []
        : [
            [
              metricWords[name],
              'inside the last run',
              '',
              `${intervalText(withinRun, unit)} (${withinRun.method}; decides nothing)`,
            ],
          ]),
    ],
  );
  return rows.length === 0 ? null : { head: ['metric', 'number', 'value', 'interval'], rows };
}

const columns: readonly ResilienceMetricName[] = [
  'faultToleranceScore',
  'meanTimeToRecovery',
  'availability',
  'gracefulDegradation',
];

function byScenarioTable(byScenario: TesterResults['byScenario']): DataTable {
  return {
    head: ['scenario', 'runs', 'not injected', ...columns.map((name) => metricWords[name])],
    rows: byScenario.map(({ scenario, runs, notInjected, metrics }) => [
      scenario,
      String(runs),
      notInjected === 0 ? '0' : ({ text: String(notInjected), tone: 'unsure' } as const),
      ...columns.map((name): Cell => {
        const metric = metrics.find((each) => each.name === name);
        if (metric === undefined || metric.value === null) return '–';
        return { text: valueText(metric.value, metric.unit), tone: tones[metric.verdict] };
      }),
    ]),
  };
}

function metricCase(metric: MetricDetail): CampaignCase {
  const outcomes = { held: 'passed', deviated: 'failure', inconclusive: 'error' } as const;
  return {
    name: `metric ${metricWords[metric.name]}`,
    outcome: outcomes[metric.verdict],
    message: metricSentence(metric),
    seconds: 0,
  };
}
