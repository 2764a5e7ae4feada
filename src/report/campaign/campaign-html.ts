import { formatNumber } from '../../judge/quantity.js';
import type { CampaignResults } from '../../model/campaign-results.js';
import { formatMs } from '../../model/duration.js';
import { drawFigure } from '../charts/draw-figure.js';
import { answerList } from '../html/answer-list.js';
import { type Html, html } from '../html/html.js';
import { page } from '../html/page.js';
import { type ComparedTimelines, sideBySide } from '../html/side-by-side.js';
import { table } from '../html/tables.js';
import { utcText } from '../utc-text.js';
import { campaignDocument } from './campaign-document.js';
import type { Cell, DataTable, Section } from './document.js';
import { headingOf } from './heading-of.js';
import { kindWords } from './kind-words.js';
import { repeatCommand } from './repeat-command.js';
import type { RoundLinks } from './rounds-table.js';
import { sentenceOf } from './sentence-of.js';

/** The report of a campaign as one file without scripts or requests: for a browser, a mail, a printer. */
export function renderCampaignHtml(
  results: CampaignResults,
  links: RoundLinks,
  timelines: readonly ComparedTimelines[] = [],
): string {
  const { answers, headline, sections } = campaignDocument(results, links);
  return page(
    `${headingOf(results).text}: ${results.name}`,
    html`${header(results, headline)}
${answerList(answers)}
<main>
${sections.map(section)}
${sideBySide(timelines)}
<h2>What to do</h2>
${advice(results)}
<h2>Repeat it</h2>
<p>Every random choice comes from one seed; FILE is what the campaign was started with:</p>
<pre>${repeatCommand(results)}</pre>
<p class="muted">The report of each round says how that round alone is repeated.</p>
<h2>Environment</h2>
${environment(results)}
</main>`,
  );
}

function header(results: CampaignResults, headline: string): Html {
  const { text, tone } = headingOf(results);
  const { name, hypothesis, target, startedAt, durationSeconds, kind, stoppedBy } = results;
  const ended = stoppedBy === null ? 'ran to its end' : `stopped by ${stoppedBy.by}: ${stoppedBy.detail}`;
  return html`<header>
<span class="badge ${tone}">${text}</span>
<h1>${name}</h1>
<p class="lead">${sentenceOf(results)}</p>
<p>${headline}</p>
${hypothesis === '' ? null : html`<p class="muted">Hypothesis: ${hypothesis}</p>`}
<p class="meta">${kindWords[kind]} · ${target} · ${utcText(startedAt)} · ${formatMs(durationSeconds * 1_000)} · ${ended}</p>
</header>`;
}

function section({ title, notes, figure, table: data }: Section, i: number): Html | null {
  if (notes.length === 0 && figure === null && data === null) return null;
  return html`<h2>${title}</h2>
${notes.map((note) => html`<p>${note}</p>`)}
${figure === null ? null : drawFigure(`figure-${i}`, figure)}
${data === null ? null : dataTable(data, figure?.kind === 'trend')}
`;
}

/** What a figure shows better is folded up below it. */
function dataTable({ head, rows }: DataTable, folded: boolean): Html {
  const written = table(
    head,
    rows.map((row) => row.map(cell)),
  );
  if (!folded) return written;
  return html`<details><summary>The numbers of this figure</summary>${written}</details>`;
}

/** A number and its unit stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(/(?<=\d) (?=(?:%|ms|s|min|h|of \d)(?![a-z]))|(?<=\d of) (?=\d)/g, '\u00A0');
}

function cell(of: Cell): Html | string {
  if (typeof of === 'string') return unbroken(of);
  const { text, tone, href } = of;
  const inner = href === undefined ? html`${unbroken(text)}` : html`<a href="${href}">${unbroken(text)}</a>`;
  return tone === undefined ? inner : html`<span class="${tone}">${inner}</span>`;
}

function advice({ recommendations, roundsRun }: CampaignResults): Html {
  if (recommendations.length === 0) return html`<p>Nothing stood out.</p>`;
  return html`<ol class="advice">${recommendations.map(
    ({ text, rounds }) =>
      html`<li>${text}<br><span class="muted">in ${formatNumber(rounds)} of ${formatNumber(roundsRun)} rounds${rounds > 1 ? '; the numbers are those of the first' : ''}</span></li>`,
  )}</ol>`;
}

function environment({ campaignId, startedAt, roundsRun, environment: seen }: CampaignResults): Html {
  const facts = [
    ['campaign', campaignId],
    ['started', startedAt],
    ['rounds', formatNumber(roundsRun)],
    ['chaosx', seen.chaosx],
    ['Node.js', seen.node],
    ['platform', seen.platform],
  ] as const;
  return html`<dl class="facts">${facts.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`;
}
