import { formatNumber, formatResponse, formatShare } from '../../judge/quantity.js';
import { numberText } from '../../judge/resilience/metric-sentence.js';
import type { ContinuousResults, TrendPoint } from '../../model/campaign-results.js';
import { formatMs } from '../../model/duration.js';
import { timeText } from '../charts/axes.js';
import { verdictTone } from '../verdict-tone.js';
import type { CampaignCase, CampaignDocument, DataTable, Section } from './document.js';
import { outcomeOf } from './round-cases.js';
import { type RoundLinks, linked, roundsTable } from './rounds-table.js';

type OfScenario = ContinuousResults['byScenario'][number];

/** How it went over time, by scenario, what is left of the error budget, and the latest rounds. */
export function continuousDocument(
  results: ContinuousResults,
  links: RoundLinks,
): Omit<CampaignDocument, 'answers'> {
  const { trend, byScenario, latest, roundsRun, errorBudget } = results;
  const held = byScenario.reduce((sum, each) => sum + each.held, 0);
  const budget = errorBudget === null ? [] : [budgetText(errorBudget)];
  return {
    headline: [`${formatNumber(held)} of ${formatNumber(roundsRun)} rounds held`, ...budget].join('; '),
    sections: [
      {
        title: 'Over time',
        notes: [],
        figure:
          trend.length === 0
            ? null
            : {
                kind: 'trend',
                title: 'Rounds that held, availability and recovery over time',
                steps: trend.map(
                  ({ fromMs, toMs, rounds, held: heldHere, meanAvailability, meanRecoverySeconds }) => ({
                    fromMs,
                    toMs,
                    heldShare: rounds === 0 ? null : heldHere / rounds,
                    availability: meanAvailability,
                    recoverySeconds: meanRecoverySeconds,
                  }),
                ),
              },
        table: trendTable(trend),
        long: true,
      },
      ...budgetSection(results),
      {
        title: 'By scenario',
        notes: [],
        figure: null,
        table: byScenarioTable(byScenario, links),
        long: false,
      },
      ...leftOutSection(results),
      {
        title: latest.length < roundsRun ? `The latest ${latest.length} rounds` : 'Rounds',
        notes: [],
        figure: null,
        // The newest is what a reader looks for.
        table: latest.length === 0 ? null : roundsTable(latest.toReversed(), links),
        long: true,
      },
    ],
    cases: [...byScenario.map(scenarioCase), ...budgetCase(results)],
  };
}

function budgetText({ allowed, spent }: NonNullable<ContinuousResults['errorBudget']>): string {
  return `${percent(spent)} of all samples failed, ${percent(allowed)} are allowed`;
}

/** Budgets are small: three digits, however small. */
const percent = (share: number) => `${numberText(100 * share)} %`;

function budgetSection({ errorBudget }: ContinuousResults): readonly Section[] {
  if (errorBudget === null) return [];
  const { allowed, spent } = errorBudget;
  const left = spent <= allowed ? 'It is kept' : 'It is spent';
  const used = allowed === 0 ? '' : ` (${formatShare(spent / allowed)} of it is used)`;
  return [
    {
      title: 'Error budget',
      notes: [`${left}: ${budgetText(errorBudget)}${used}.`],
      figure: null,
      table: null,
      long: false,
    },
  ];
}

function leftOutSection({ leftOut, resumed }: ContinuousResults): readonly Section[] {
  const notes =
    resumed === 0
      ? []
      : [`It went on after a restart ${resumed === 1 ? 'once' : `${formatNumber(resumed)} times`}.`];
  if (leftOut.length === 0 && notes.length === 0) return [];
  const table =
    leftOut.length === 0
      ? null
      : { head: ['never came into question', 'why'], rows: leftOut.map(({ name, why }) => [name, why]) };
  return [{ title: 'Beside the rounds', notes, figure: null, table, long: true }];
}

function budgetCase({ errorBudget, stoppedBy }: ContinuousResults): readonly CampaignCase[] {
  if (errorBudget === null) return [];
  return [
    {
      name: 'error budget',
      outcome: stoppedBy?.by === 'error-budget' ? 'failure' : 'passed',
      message: budgetText(errorBudget),
      seconds: 0,
    },
  ];
}

/** More points than a table can show are in the figure. */
const mostRows = 30;

function trendTable(trend: readonly TrendPoint[]): DataTable | null {
  if (trend.length === 0) return null;
  const every = Math.ceil(trend.length / mostRows);
  const endMs = trend.at(-1)?.toMs ?? 0;
  return {
    head: ['from', 'to', 'rounds', 'held', 'availability', 'back after', 'p95 while active'],
    rows: trend
      .filter((_, i) => i % every === 0)
      .map(({ fromMs, toMs, rounds, held, meanAvailability, meanRecoverySeconds, meanP95DuringMs }) => [
        timeText(fromMs, endMs),
        timeText(toMs, endMs),
        formatNumber(rounds),
        formatNumber(held),
        meanAvailability === null ? '–' : formatShare(meanAvailability),
        meanRecoverySeconds === null ? '–' : formatMs(meanRecoverySeconds * 1_000),
        meanP95DuringMs === null ? '–' : formatResponse(meanP95DuringMs),
      ]),
  };
}

function byScenarioTable(byScenario: readonly OfScenario[], links: RoundLinks): DataTable {
  return {
    head: [
      'scenario',
      'severity',
      'rounds',
      'held',
      'deviated',
      'availability',
      'back after (median)',
      'worst round',
    ],
    rows: byScenario.map((each) => {
      const { scenario, severity, rounds, held, deviated, meanAvailability, medianRecoverySeconds, worst } =
        each;
      return [
        scenario,
        String(severity),
        formatNumber(rounds),
        formatNumber(held),
        deviated === 0 ? '0' : { text: formatNumber(deviated), tone: 'bad' as const },
        meanAvailability === null ? '–' : formatShare(meanAvailability),
        medianRecoverySeconds === null ? '–' : formatMs(medianRecoverySeconds * 1_000),
        worst === null
          ? '–'
          : markedWorst(
              linked(worst, `${worst.verdict}: ${worst.reason}`, links),
              verdictTone(worst.verdict),
            ),
      ];
    }),
  };
}

function markedWorst(cell: ReturnType<typeof linked>, tone: ReturnType<typeof verdictTone>) {
  return typeof cell === 'string' ? { text: cell, tone } : { ...cell, tone };
}

function scenarioCase({ scenario, rounds, held, deviated, worst }: OfScenario): CampaignCase {
  const verdict = worst?.verdict ?? 'held';
  return {
    name: `scenario ${scenario}`,
    outcome: held === rounds ? 'passed' : outcomeOf(verdict),
    message: `${held} of ${rounds} rounds held, ${deviated} deviated${worst === null ? '' : `; worst: ${verdict}: ${worst.reason}`}`,
    seconds: 0,
  };
}
