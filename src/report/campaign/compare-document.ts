import { comparedKinds } from '../../judge/comparison/compared-kinds.js';
import {
  comparedSentence,
  comparedText,
  differenceRange,
  differenceText,
  heldSentence,
  marginText,
  openText,
} from '../../judge/comparison/compared-sentence.js';
import type { CompareResults } from '../../model/campaign-results.js';
import type { Compared, ComparedQuantity, ComparedScenario } from '../../model/comparison.js';
import type { Strip } from '../charts/figure-spec.js';
import type { Tone } from '../five-answers.js';
import type { CampaignCase, CampaignDocument, Cell, DataTable } from './document.js';
import { quantityOf } from './quantity-of.js';
import { roundCases } from './round-cases.js';
import { type RoundLinks, roundsTable } from './rounds-table.js';

/** Every number of every scenario on both sides, with the difference against its margin. */
export function compareDocument(
  results: CompareResults,
  links: RoundLinks,
): Omit<CampaignDocument, 'answers'> {
  const { base, head, scenarios, unmatched, notes } = results;
  const all = scenarios.flatMap((scenario) =>
    scenario.quantities.map((quantity) => ({ scenario, quantity })),
  );
  const runs = (rounds: CompareResults['base']['rounds']) =>
    rounds.length === 0 ? null : roundsTable(rounds, links);
  return {
    headline: headline(results),
    sections: [
      {
        title: 'Base and head',
        notes: [
          ...notes,
          ...scenarios.map(
            (scenario) => `${scenario.scenario}: ${heldSentence(scenario)}${neverText(scenario)}`,
          ),
          ...unmatched.map(
            ({ scenario, side }) => `${scenario}: run on ${side} alone, so it is not compared`,
          ),
          ...(all.length === 0
            ? []
            : [
                'Worse: the whole interval of the difference is beyond the margin. Not worse: all of it is within. Else it is undecided.',
              ]),
        ],
        figure: {
          kind: 'strips',
          title: 'Base and head',
          words: {
            value: 'head',
            observed: 'one run of head',
            interval: 'base plus the interval of the difference',
            limit: 'base plus the margin',
            reference: 'base',
          },
          strips: all.flatMap(({ scenario, quantity }) => stripOf(scenario, quantity) ?? []),
        },
        table: all.length === 0 ? null : comparedTable(all),
        long: false,
      },
      {
        title: `Runs of base (${base.label})`,
        notes: [],
        figure: null,
        table: runs(base.rounds),
        long: true,
      },
      {
        title: `Runs of head (${head.label})`,
        notes: [],
        figure: null,
        table: runs(head.rounds),
        long: true,
      },
    ],
    cases: casesOf(results),
  };
}

function headline({ base, head, scenarios }: CompareResults): string {
  const quantities = scenarios.flatMap((scenario) => scenario.quantities);
  const count = (state: Compared) => quantities.filter((quantity) => quantity.state === state).length;
  const name = ({ label, commit }: CompareResults['base']) =>
    commit === null || commit.startsWith(label) ? label : `${label} (${commit.slice(0, 10)})`;
  const counts =
    quantities.length === 0
      ? ''
      : `: ${count('worse')} worse, ${count('undecided')} undecided, ${count('not-worse')} not worse`;
  return `${name(base)} → ${name(head)}${counts}`;
}

function neverText({ base, head }: ComparedScenario): string {
  if (base.neverRecovered + head.neverRecovered === 0) return '';
  return `; never came back in ${base.neverRecovered} → ${head.neverRecovered}`;
}

const tones: Readonly<Record<Compared, Tone>> = { 'not-worse': 'good', worse: 'bad', undecided: 'unsure' };
const words: Readonly<Record<Compared, string>> = {
  'not-worse': 'not worse',
  worse: 'worse',
  undecided: 'undecided',
};

interface OfScenario {
  readonly scenario: ComparedScenario;
  readonly quantity: ComparedQuantity;
}

function comparedTable(all: readonly OfScenario[]): DataTable {
  return {
    head: ['scenario', 'number', 'base', 'head', 'difference', 'interval', 'margin', '', 'what would decide'],
    rows: all.map(({ scenario, quantity }): readonly Cell[] => {
      const { name, baseTypical, headTypical, difference, state } = quantity;
      const shown = (value: number | null) => (value === null ? '–' : comparedText(name, value));
      return [
        scenario.scenario,
        comparedKinds[name].label,
        shown(baseTypical),
        shown(headTypical),
        difference === null ? '–' : differenceText(name, difference),
        differenceRange(quantity),
        marginText(quantity),
        { text: words[state], tone: tones[state] },
        state === 'undecided' ? openText(quantity) : '–',
      ];
    }),
  };
}

/** In absolute numbers: what the base has, and the difference beside it. */
function stripOf(scenario: ComparedScenario, quantity: ComparedQuantity): Strip | null {
  const { name, head, baseTypical, headTypical, interval, margin, badSide, state } = quantity;
  if (baseTypical === null) return null;
  const { unit, scale } = quantityOf(name);
  const most = unit === '%' ? 100 : Number.POSITIVE_INFINITY;
  const placed = (value: number) => Math.min(most, Math.max(0, scale * (baseTypical + value)));
  return {
    label: `${scenario.scenario}: ${comparedKinds[name].label}: ${words[state]}`,
    unit,
    tone: tones[state],
    value: headTypical === null ? null : headTypical * scale,
    observed: head.map((value) => value * scale),
    interval: interval === null ? null : { lower: placed(interval.lower), upper: placed(interval.upper) },
    limit: {
      at: placed(badSide === 'above' ? margin : -margin),
      is: badSide === 'above' ? 'most' : 'least',
    },
    reference: baseTypical * scale,
    sentence: `${scenario.scenario}: ${comparedSentence(quantity)}: ${words[state]}`,
  };
}

function casesOf({ scenarios, unmatched, base, head }: CompareResults): readonly CampaignCase[] {
  const outcomes = { 'not-worse': 'passed', worse: 'failure', undecided: 'error' } as const;
  return [
    ...scenarios.flatMap((scenario): readonly CampaignCase[] => [
      ...(scenario.heldFewer
        ? [
            {
              name: `held: ${scenario.scenario}`,
              outcome: 'failure' as const,
              message: heldSentence(scenario),
              seconds: 0,
            },
          ]
        : []),
      ...scenario.quantities.map((quantity) => ({
        name: `${quantity.name}: ${scenario.scenario}`,
        outcome: outcomes[quantity.state],
        message: `${words[quantity.state]}: ${comparedSentence(quantity)}`,
        seconds: 0,
      })),
    ]),
    ...unmatched.map(({ scenario, side }) => ({
      name: `compared: ${scenario}`,
      outcome: 'error' as const,
      message: `run on ${side} alone`,
      seconds: 0,
    })),
    ...(['base', 'head'] as const).flatMap((side) =>
      roundCases(side === 'base' ? base.rounds : head.rounds, 'together').map((one) => ({
        ...one,
        name: `${side}, ${one.name}`,
        // What the base does not come back from is what the head is measured by.
        outcome:
          side === 'base' && one.message.startsWith('not-recovered') ? ('passed' as const) : one.outcome,
      })),
    ),
  ];
}
