import { formatMs } from '../../model/duration.js';
import type { Results } from '../../model/results.js';
import { fiveAnswers } from '../five-answers.js';
import { reasonSentence } from '../reason-sentence.js';
import type { ReportData } from '../report-data.js';
import { utcText } from '../utc-text.js';
import { verdictTone } from '../verdict-tone.js';
import { answerList } from './answer-list.js';
import { type Html, html } from './html.js';

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
<p class="meta">${results.target} · ${utcText(results.startedAt)} · ${formatMs(results.durationSeconds * 1_000)} · ${statusText(results)}</p>
</header>
${answerList(fiveAnswers(data))}`;
}

function statusText({ status }: Results): string {
  return status === 'completed' ? 'ran to its end' : `got as far as: ${status}`;
}
