import type { Answer, Tone } from '../five-answers.js';
import { type Html, html } from './html.js';

/** What the colour says, for those who do not see it. */
const marks: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', unsure: '?', neutral: '' };

/** Questions and answers, as the first screen has them. */
export function answerList(answers: readonly Answer[]): Html {
  return html`<dl class="answers">${answers.map(row)}</dl>`;
}

/** The first lines say enough; many scenarios have a table further down. */
const mostDetails = 4;

function row({ question, tone, answer, details }: Answer): Html {
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
