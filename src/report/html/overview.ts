import { formatMs } from '../../model/duration.js';
import type { Results } from '../../model/results.js';
import { type Answer, fiveAnswers, type Tone } from '../five-answers.js';
import { reasonSentence } from '../reason-sentence.js';
import type { ReportData } from '../report-data.js';
import { verdictTone } from '../verdict-tone.js';
import { type Html, html } from './html.js';

/** What the colour says, for those who do not see it. */
const marks: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', unsure: '?', neutral: '' };

/** The first screen: the verdict and five answers. */
export function overview(data: ReportData): Html {
  const { results, details } = data;
  const description = details.started?.description ?? '';
  return html`<header>
<span class="badge ${verdictTone(results.verdict)}">${results.verdict}</span>
<h1>${results.experiment}</h1>
<p class="lead">${reasonSentence(results)}</p>
${description === '' ? null : html`<p class="muted">${description}</p>`}
${results.hypothesis === '' ? null : html`<p class="muted">Hypothesis: ${results.hypothesis}</p>`}
<p class="meta">${results.target} · ${results.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')} · ${formatMs(results.durationSeconds * 1_000)} · ${statusText(results)}</p>
</header>
<dl class="answers">${fiveAnswers(data).map(answerRow)}</dl>`;
}

function statusText({ status }: Results): string {
  return status === 'completed' ? 'ran to its end' : `got as far as: ${status}`;
}

/** The first lines say enough; many scenarios have a table further down. */
const mostDetails = 4;

function answerRow({ question, tone, answer, details }: Answer): Html {
  const more = details.length - mostDetails;
  return html`
<div><dt>${question}</dt><dd><strong class="${tone}">${marks[tone] === '' ? null : `${marks[tone]} `}${answer}</strong>${
    details.length === 0
      ? null
      : html`<ul>${details.slice(0, mostDetails).map((line) => html`<li>${line}</li>`)}${
          more > 0 ? html`<li>and ${more} more, below</li>` : null
        }</ul>`
  }</dd></div>`;
}
