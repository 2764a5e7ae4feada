import { rangeText, repeatedCriterionSentence } from '../../judge/campaign/repeated-criterion-sentence.js';
import { criterionQuantity } from '../../judge/criterion-sentence.js';
import { formatShare } from '../../judge/quantity.js';
import { fewestRuns } from '../../judge/statistics/fewest-runs.js';
import type { RepeatedCriterion, RepeatResults } from '../../model/campaign-results.js';
import type { Tone } from '../five-answers.js';
import type { CampaignCase, CampaignDocument, DataTable } from './document.js';
import type { Strip } from '../charts/figure-spec.js';
import { quantityOf } from './quantity-of.js';
import { roundCases } from './round-cases.js';
import { type RoundLinks, roundsTable } from './rounds-table.js';

type Criterion = RepeatedCriterion;

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
          `${counted} of ${roundsRun} runs count: those in which all that was planned was injected, and that no error of ours cut short. Intervals are over runs and decide: a criterion held when all of its interval is on the good side of its limit.`,
        ],
        figure: {
          kind: 'strips',
          title: 'Criteria over the runs',
          words: {
            value: 'mean',
            observed: 'one run',
            interval: 'interval',
            limit: 'limit',
            reference: null,
          },
          strips: criteria.filter(({ n }) => n > 0).map(stripOf),
        },
        table: criteria.length === 0 ? null : criteriaTable(criteria),
        long: false,
      },
      { title: 'Runs', notes: [], figure: null, table: roundsTable(rounds, links), long: true },
    ],
    cases: [
      ...criteria.map(criterionCase),
      ...roundCases(rounds, roundsRun < fewestRuns ? 'alone' : 'together'),
    ],
  };
}

function heldText({ counted, heldShare: { value, interval } }: RepeatResults): string {
  if (value === null) return 'No run counts';
  return `${Math.round(value * counted)} of ${counted} runs that count held${interval === null ? '' : ` (${rangeText(interval, formatShare)})`}`;
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
  const { name, limit, limitIs, observed, mean, interval, verdict } = criterion;
  const { unit, scale } = quantityOf(name);
  return {
    label: `${nameOf(criterion)}: ${limitText(criterion)}`,
    unit,
    tone: tones[verdict],
    value: mean === null ? null : mean * scale,
    observed: known(observed).map((value) => value * scale),
    interval: interval === null ? null : { lower: interval.lower * scale, upper: interval.upper * scale },
    limit: { at: limit * scale, is: limitIs },
    reference: null,
    sentence: sentenceOf(criterion),
  };
}

function limitText({ name, limit, limitIs }: Criterion): string {
  return `at ${limitIs} ${criterionQuantity(name)(limit)}`;
}

function observedText({ name, observed }: Criterion): string {
  const values = known(observed);
  if (values.length === 0) return 'nothing';
  const format = criterionQuantity(name);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? format(low) : `${format(low)} to ${format(high)}`;
}

function sentenceOf(criterion: Criterion): string {
  return `${criterion.scenario}: ${repeatedCriterionSentence(criterion)}: ${criterion.verdict}`;
}

function criteriaTable(criteria: readonly Criterion[]): DataTable {
  return {
    head: [
      'criterion',
      'scenario',
      'probe',
      'observed',
      'mean',
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
        criterion.mean === null ? '–' : criterionQuantity(name)(criterion.mean),
        interval === null ? 'none' : `${rangeText(interval, criterionQuantity(name))} (${interval.method})`,
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
