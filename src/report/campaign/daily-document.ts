import { rangeText } from '../../judge/campaign/repeated-criterion-sentence.js';
import type { DailyComparison, DailyResults } from '../../model/campaign-results.js';
import { verdictTone } from '../verdict-tone.js';
import type { CampaignCase, CampaignDocument, Cell, DataTable } from './document.js';
import type { Strip } from '../charts/figure-spec.js';
import { quantityOf } from './quantity-of.js';
import { outcomeOf } from './round-cases.js';
import { type RoundLinks, linked } from './rounds-table.js';

type Quantities = DailyComparison['quantities'][number];

/** More are in the table. */
const mostStrips = 40;

/** What got worse, then every quantity of today against the days before. */
export function dailyDocument(results: DailyResults, links: RoundLinks): Omit<CampaignDocument, 'answers'> {
  const { comparisons, notToday, day } = results;
  // What got worse comes first.
  const sorted = comparisons.toSorted((a, b) => Number(b.regressed) - Number(a.regressed));
  const worse = sorted.filter(({ regressed }) => regressed);
  const strips = sorted.flatMap((each) =>
    each.quantities.filter(({ today }) => today !== null).map((quantity) => stripOf(each, quantity)),
  );
  const said =
    worse.length === 0
      ? `nothing got worse among ${comparisons.length} ${comparisons.length === 1 ? 'experiment' : 'experiments'}`
      : `${worse.length} of ${comparisons.length} experiments got worse`;
  return {
    headline: `${day}: ${said}`,
    sections: [
      {
        title: 'What got worse',
        notes: worse.length === 0 ? ['Nothing got worse than on the days before.'] : [],
        figure: null,
        table:
          worse.length === 0
            ? null
            : {
                head: ['experiment', 'today', 'before', 'what got worse'],
                rows: worse.map(({ experiment, today, earlierVerdict, why }) => [
                  linked(today, experiment, links),
                  { text: today.verdict, tone: verdictTone(today.verdict) },
                  verdictCell(earlierVerdict),
                  { text: why.join('; '), tone: 'bad' },
                ]),
              },
        long: false,
      },
      {
        title: 'Today against the days before',
        notes: [
          'The expected range is where a day like the earlier ones would lie; it needs five earlier days. A value beyond its bad end got worse.',
          ...(strips.length > mostStrips
            ? [`The figure shows ${mostStrips} of ${strips.length} quantities; all are in the table.`]
            : []),
        ],
        figure:
          strips.length === 0
            ? null
            : {
                kind: 'strips',
                title: 'Today against the days before',
                words: {
                  value: 'today',
                  observed: null,
                  interval: 'expected range',
                  limit: null,
                  reference: 'median of earlier days',
                },
                strips: strips.slice(0, mostStrips),
              },
        table: comparisonTable(sorted, links),
        long: false,
      },
      ...(notToday.length === 0
        ? []
        : [
            {
              title: 'Not today',
              notes: [],
              figure: null,
              table: { head: ['experiment'], rows: notToday.map((name) => [name]) },
              long: false,
            },
          ]),
    ],
    cases: [...comparisons.map(comparisonCase), ...notToday.map(notTodayCase)],
  };
}

function verdictCell(verdict: DailyComparison['earlierVerdict']): Cell {
  return verdict === null ? '–' : { text: verdict, tone: verdictTone(verdict) };
}

const names: Readonly<Record<Quantities['name'], string>> = {
  recoveryTimeSeconds: 'time to recovery',
  availabilityByTime: 'availability',
  p95DuringMs: 'p95 while active',
  longestOutageMs: 'longest outage',
};

function textOf({ name }: Quantities, value: number | null): string {
  return value === null ? '–' : quantityOf(name).format(value);
}

function stripOf({ experiment }: DailyComparison, quantity: Quantities): Strip {
  const { name, today, expected, earlierMedian, regressed } = quantity;
  const { unit, scale, format } = quantityOf(name);
  const before = expected === null ? '' : `, expected ${format(expected.lower)} – ${format(expected.upper)}`;
  return {
    label: `${experiment}: ${names[name]} ${textOf(quantity, today)}${before}`,
    unit,
    tone: regressed ? 'bad' : 'good',
    value: today === null ? null : today * scale,
    observed: [],
    interval: expected === null ? null : { lower: expected.lower * scale, upper: expected.upper * scale },
    limit: null,
    reference: earlierMedian === null ? null : earlierMedian * scale,
    sentence: `${experiment}: ${names[name]} ${textOf(quantity, today)} today, median of earlier days ${textOf(quantity, earlierMedian)}${before}${regressed ? ': worse' : ''}`,
  };
}

function comparisonTable(comparisons: readonly DailyComparison[], links: RoundLinks): DataTable | null {
  if (comparisons.length === 0) return null;
  return {
    head: ['experiment', 'verdict', 'before', 'quantity', 'today', 'expected', 'earlier median', 'days', ''],
    rows: comparisons.flatMap(({ experiment, today, earlierVerdict, earlierDays, quantities }) =>
      quantities.map((quantity, i): readonly Cell[] => [
        i === 0 ? linked(today, experiment, links) : '',
        i === 0 ? verdictCell(today.verdict) : '',
        i === 0 ? verdictCell(earlierVerdict) : '',
        names[quantity.name],
        textOf(quantity, quantity.today),
        quantity.expected === null
          ? 'not known'
          : rangeText(quantity.expected, quantityOf(quantity.name).format),
        textOf(quantity, quantity.earlierMedian),
        i === 0 ? String(earlierDays) : '',
        quantity.regressed ? { text: 'worse', tone: 'bad' } : '',
      ]),
    ),
  };
}

function comparisonCase({ experiment, today, regressed, why }: DailyComparison): CampaignCase {
  return {
    name: `experiment ${experiment}`,
    outcome: regressed ? 'failure' : outcomeOf(today.verdict),
    message: [`${today.verdict}: ${today.reason}`, ...why].join('; '),
    seconds: today.durationSeconds,
  };
}

function notTodayCase(experiment: string): CampaignCase {
  return { name: `experiment ${experiment}`, outcome: 'skipped', message: 'not today', seconds: 0 };
}
