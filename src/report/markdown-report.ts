import { criterionSentence } from '../judge/criterion-sentence.js';
import { formatNumber, formatResponse } from '../judge/quantity.js';
import type { ResponseTimes } from '../model/results.js';
import { fiveAnswers } from './five-answers.js';
import { markdownDetails } from './markdown-details.js';
import { answersTable, marks, markdownTable as table, short } from './markdown-parts.js';
import { markdownText } from './markdown-text.js';
import { reasonSentence } from './reason-sentence.js';
import type { ReportData } from './report-data.js';
import { verdictTone } from './verdict-tone.js';

/** The report of one run as GitHub's Markdown, fit for a comment on a pull request: below its limit of 65,536 characters. */
export function renderMarkdown(data: ReportData): string {
  const { results } = data;
  const { before, during, after } = results.metrics.responseTimes;
  const times = [
    { name: 'before', of: before },
    { name: 'during', of: during },
    { name: 'after', of: after },
  ];
  const parts = [
    `### ${marks[verdictTone(results.verdict)]} ${results.verdict}: ${markdownText(results.experiment)}`,
    short(reasonSentence(results)),
    answersTable(fiveAnswers(data)),
    ...(during === null
      ? []
      : [table(['', 'answers', 'median', 'p95', 'p99', 'slowest'], times.map(timesRow))]),
    ...section('Criteria', criteria(data)),
    ...section(
      'What to do',
      results.recommendationDetails
        .slice(0, mostLines)
        .map(
          ({ scenario, evidence, action }) => `- **${short(action)}.** ${short(`${scenario}: ${evidence}`)}`,
        )
        .join('\n'),
    ),
    ...markdownDetails(results),
    `<sub>target ${short(results.target)} · seed ${results.seed} · run ${short(results.runId)} · chaosx ${short(results.environment.chaosx)} · Node.js ${short(results.environment.node)} · ${short(results.environment.platform)}</sub>`,
  ];
  return `${parts.join('\n\n')}\n`;
}

const mostLines = 20;

function section(title: string, text: string): readonly string[] {
  return text === '' ? [] : [`#### ${title}`, text];
}

function criteria({ results }: ReportData): string {
  // What broke comes first: the list may be cut.
  const rank = (held: boolean | null) => (held === false ? 0 : held === null ? 1 : 2);
  const sorted = results.criteria.toSorted((a, b) => rank(a.held) - rank(b.held));
  const more = sorted.length - mostLines;
  return [
    ...sorted
      .slice(0, mostLines)
      .map(
        (criterion) =>
          `- ${criterion.held === null ? marks.unsure : criterion.held ? marks.good : marks.bad} ${short(`${criterion.scenario}: ${criterionSentence(criterion)}`)}`,
      ),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n');
}

function timesRow({
  name,
  of,
}: {
  readonly name: string;
  readonly of: ResponseTimes | null;
}): readonly string[] {
  if (of === null) return [name, '0', '–', '–', '–', '–'];
  return [name, formatNumber(of.count), ...[of.p50Ms, of.p95Ms, of.p99Ms, of.maxMs].map(formatResponse)];
}
