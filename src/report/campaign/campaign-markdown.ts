import { formatNumber } from '../../judge/quantity.js';
import type { CampaignResults } from '../../model/campaign-results.js';
import { answersTable, marks, markdownTable, short } from '../markdown-parts.js';
import { markdownText } from '../markdown-text.js';
import { campaignDocument } from './campaign-document.js';
import type { Cell, DataTable, Section } from './document.js';
import { headingOf } from './heading-of.js';
import { kindWords } from './kind-words.js';
import { sentenceOf } from './sentence-of.js';

/**
 * The report of a campaign as GitHub's Markdown, fit for a comment on a pull request: below its limit of 65,536
 * characters. Long tables are folded up.
 */
export function renderCampaignMarkdown(results: CampaignResults): string {
  const heading = headingOf(results);
  const { name, target, seed, campaignId, environment, kind } = results;
  const { answers, headline, sections } = campaignDocument(results, new Set());
  const written = sections.flatMap(section);
  const parts = [
    `### ${marks[heading.tone]} ${heading.text}: ${markdownText(name)}`,
    `${short(sentenceOf(results))} ${short(headline)}.`,
    answersTable(answers),
    ...written,
    ...advice(results),
    `<sub>${kindWords[kind]} · target ${short(target)} · seed ${seed} · ${short(campaignId)} · chaosx ${short(environment.chaosx)} · Node.js ${short(environment.node)} · ${short(environment.platform)}</sub>`,
  ];
  return `${parts.join('\n\n')}\n`;
}

const mostRows = 15;
const longestCell = 120;

function section({ title, notes, table, long }: Section): readonly string[] {
  const parts = [...notes.map(short), ...(table === null ? [] : [rowsOf(table)])];
  if (parts.length === 0) return [];
  if (!long) return [`#### ${title}`, ...parts];
  return [`<details><summary>${title}</summary>\n\n${parts.join('\n\n')}\n\n</details>`];
}

function rowsOf({ head, rows }: DataTable): string {
  const more = rows.length - mostRows;
  const table = markdownTable(
    head,
    rows.slice(0, mostRows).map((row) => row.map(cell)),
  );
  return more > 0 ? `${table}\n\nand ${more} more` : table;
}

function cell(of: Cell): string {
  const { text, tone } = typeof of === 'string' ? { text: of } : of;
  const cut = text.length > longestCell ? `${text.slice(0, longestCell)}…` : text;
  return `${tone === undefined ? '' : marks[tone]} ${markdownText(cut)}`.trim();
}

function advice({ recommendations, roundsRun }: CampaignResults): readonly string[] {
  if (recommendations.length === 0) return [];
  const lines = recommendations
    .slice(0, mostRows)
    .map(
      ({ text, rounds }) =>
        `- ${short(text)} (in ${formatNumber(rounds)} of ${formatNumber(roundsRun)} rounds)`,
    );
  return ['#### What to do', lines.join('\n')];
}
