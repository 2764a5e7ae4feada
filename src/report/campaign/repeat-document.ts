import { formatShare } from '../../judge/quantity.js';
import type { RepeatResults } from '../../model/campaign-results.js';
import type { Interval } from '../../model/interval.js';
import type { Tone } from '../five-answers.js';
import type { CampaignCase, CampaignDocument, DataTable } from './document.js';
import type { Strip } from '../charts/figure-spec.js';
import { quantityOf } from './quantity-of.js';
import { roundCases } from './round-cases.js';
import { type RoundLinks, roundsTable } from './rounds-table.js';

type Criterion = RepeatResults['criteria'][number];

/** Every criterion over the runs against its limit, and run by run. */
export function repeatDocument(results: RepeatResults, links: RoundLinks): Omit<CampaignDocument, 'answers'> {
  const { criteria, rounds, counted, roundsRun } = results;
  const held = heldText(results);
  return {
    headline: held,
    sections: [
      {
        title: 'Criteria over the runs',
        notes: [
          `${counted} of ${roundsRun} runs count: those that were injected and not ended early. Intervals are over runs and decide: a criterion held when all of its interval is on the good side of its limit.`,
        ],
        figure: {
          kind: 'strips',
          title: 'Criteria over the runs',
          words: { value: null, observed: 'one run', interval: 'interval', limit: 'limit', reference: null },
          strips: criteria
            .filter(({ limit, observed }) => limit !== null && known(observed).length > 0)
            .map(stripOf),
        },
        table: criteria.length === 0 ? null : criteriaTable(criteria),
        long: false,
      },
      { title: 'Runs', notes: [], figure: null, table: roundsTable(rounds, links), long: true },
    ],
    cases: [...criteria.map(criterionCase), ...roundCases(rounds, 'together')],
  };
}

function heldText({ heldShare: { value, interval } }: RepeatResults): string {
  if (value === null) return 'No run counts';
  return `${formatShare(value)} of the runs that count held${interval === null ? '' : ` (${rangeText(interval, formatShare)})`}`;
}

/** e.g. `95 %: 980 ms – 1,040 ms`. */
export function rangeText({ lower, upper, level }: Interval, format: (value: number) => string): string {
  return `${Math.round(100 * level)} %: ${format(lower)} – ${format(upper)}`;
}

const tones: Readonly<Record<Criterion['verdict'], Tone>> = {
  held: 'good',
  deviated: 'bad',
  inconclusive: 'unsure',
};

function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}

function nameOf({ name, scenario, probe }: Criterion): string {
  return `${name}: ${scenario}${probe === null ? '' : `, ${probe}`}`;
}

function stripOf(criterion: Criterion): Strip {
  const { name, limit, limitIs, observed, interval, verdict } = criterion;
  const { unit, scale } = quantityOf(name);
  return {
    label: `${nameOf(criterion)}: ${limitText(criterion)}`,
    unit,
    tone: tones[verdict],
    value: null,
    observed: known(observed).map((value) => value * scale),
    interval: interval === null ? null : { lower: interval.lower * scale, upper: interval.upper * scale },
    limit: limit === null ? null : { at: limit * scale, is: limitIs },
    reference: null,
    sentence: sentenceOf(criterion),
  };
}

function limitText({ name, limit, limitIs }: Criterion): string {
  return limit === null ? 'no limit' : `at ${limitIs} ${quantityOf(name).format(limit)}`;
}

function observedText({ name, observed }: Criterion): string {
  const values = known(observed);
  if (values.length === 0) return 'nothing';
  const { format } = quantityOf(name);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? format(low) : `${format(low)} to ${format(high)}`;
}

function sentenceOf(criterion: Criterion): string {
  const { name, interval, verdict, runsToDecide } = criterion;
  const range = interval === null ? '' : ` (${rangeText(interval, quantityOf(name).format)})`;
  return `${nameOf(criterion)}: ${observedText(criterion)} in ${known(criterion.observed).length} runs${range}, ${limitText(criterion)}: ${verdict}${toDecide(verdict, runsToDecide)}`;
}

function toDecide(verdict: Criterion['verdict'], runs: number | null): string {
  if (verdict !== 'inconclusive') return '';
  return runs === null ? '; no number of runs would decide' : `; about ${runs} more would decide`;
}

function criteriaTable(criteria: readonly Criterion[]): DataTable {
  return {
    head: [
      'criterion',
      'scenario',
      'probe',
      'observed',
      'interval',
      'limit',
      'verdict',
      'runs that would decide',
    ],
    rows: criteria.map((criterion) => {
      const { name, scenario, probe, interval, verdict, runsToDecide } = criterion;
      return [
        name,
        scenario,
        probe ?? 'all',
        observedText(criterion),
        interval === null ? 'none' : `${rangeText(interval, quantityOf(name).format)} (${interval.method})`,
        limitText(criterion),
        { text: verdict, tone: tones[verdict] },
        verdict !== 'inconclusive'
          ? '–'
          : runsToDecide === null
            ? 'no number would'
            : `about ${runsToDecide} more`,
      ];
    }),
  };
}

function criterionCase(criterion: Criterion): CampaignCase {
  const outcomes = { held: 'passed', deviated: 'failure', inconclusive: 'error' } as const;
  return {
    name: `criterion ${nameOf(criterion)}`,
    outcome: outcomes[criterion.verdict],
    message: sentenceOf(criterion),
    seconds: 0,
  };
}
