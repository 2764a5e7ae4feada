import { rangeText } from '../../judge/campaign/repeated-criterion-sentence.js';
import { quantityLabels, quantityText } from '../../judge/campaign/quantity-sentence.js';
import type { DailyComparison, DailyQuantity, DailyResults } from '../../model/campaign-results.js';
import { verdictTone } from '../verdict-tone.js';
import type { CampaignCase, CampaignDocument, Cell, DataTable, Section } from './document.js';
import type { Strip } from '../charts/figure-spec.js';
import { quantityOf } from './quantity-of.js';
import { outcomeOf } from './round-cases.js';
import { type RoundLinks, linked } from './rounds-table.js';

/** More are in the table. */
const mostStrips = 40;

/** What got worse, then every quantity of today against the days before. */
export function dailyDocument(results: DailyResults, links: RoundLinks): Omit<CampaignDocument, 'answers'> {
  const { comparisons, notToday, day, timeZone } = results;
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
    headline: `${day} (${timeZone}): ${said}`,
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
      ...besideSection(results),
    ],
    cases: [...comparisons.map(comparisonCase), ...notToday.map(notTodayCase)],
  };
}

function besideSection({ since, notes, comparisons }: DailyResults): readonly Section[] {
  const said = [
    ...(since === null ? [] : [`Only days from ${since} on are compared.`]),
    ...comparisons
      .filter(({ otherVersions }) => otherVersions > 0)
      .map(
        ({ file, otherVersions }) =>
          `Not compared: ${otherVersions} days on which ${file} was another experiment.`,
      ),
    ...notes,
  ];
  if (said.length === 0) return [];
  return [{ title: 'Beside it', notes: said, figure: null, table: null, long: true }];
}

function verdictCell(verdict: DailyComparison['earlierVerdict']): Cell {
  return verdict === null ? '–' : { text: verdict, tone: verdictTone(verdict) };
}

function textOf({ name }: DailyQuantity, value: number | null): string {
  return value === null ? '–' : quantityText(name, value);
}

function stripOf({ experiment }: DailyComparison, quantity: DailyQuantity): Strip {
  const { name, today, expected, earlierMedian, regressed } = quantity;
  const { unit, scale } = quantityOf(name);
  const format = (value: number) => quantityText(name, value);
  const before = expected === null ? '' : `, expected ${format(expected.lower)} – ${format(expected.upper)}`;
  return {
    label: `${experiment}: ${quantityLabels[name]} ${textOf(quantity, today)}${before}`,
    unit,
    tone: regressed ? 'bad' : 'good',
    value: today === null ? null : today * scale,
    observed: [],
    interval: expected === null ? null : { lower: expected.lower * scale, upper: expected.upper * scale },
    limit: null,
    reference: earlierMedian === null ? null : earlierMedian * scale,
    sentence: `${experiment}: ${quantityLabels[name]} ${textOf(quantity, today)} today, median of earlier days ${textOf(quantity, earlierMedian)}${before}${regressed ? ': worse' : ''}`,
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
        quantityLabels[quantity.name],
        textOf(quantity, quantity.today),
        quantity.expected === null
          ? 'not known'
          : rangeText(quantity.expected, (value) => quantityText(quantity.name, value)),
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
