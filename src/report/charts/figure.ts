import { type Html, html, trustedHtml } from '../html/html.js';
import { type ChartOption, drawSvg } from './draw-svg.js';

/** One line of a figure's key: its colour is a class of the style sheet. */
export interface FigureKey {
  readonly className: string;
  readonly text: string;
}

export interface FigureInput {
  /** Unique on the page; letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  /** What can be read off the figure, in words. */
  readonly description: string;
  readonly keys: readonly FigureKey[];
  /** The numbers behind it, for those who do not see it. */
  readonly table: Html;
  /** The same figure for a width in px. */
  readonly option: (width: number) => ChartOption;
}

/** Wide and narrow: scaled down, the text of one drawing could not be read on a phone. The style sheet shows one. */
const drawings = [
  { className: 'wide', width: 1000, height: 320 },
  { className: 'narrow', width: 400, height: 320 },
];

/** A figure with its text alternative, its key and its numbers. */
export function figure({ id, title, description, keys, table, option }: FigureInput): Html {
  return html`<figure>
<figcaption><strong>${title}</strong>${keys.map(
    ({ className, text }) => html` <span class="key"><i class="swatch ${className}"></i>${text}</span>`,
  )}</figcaption>
${drawings.map(({ className, width, height }) => {
  const idPrefix = `${id}-${className}`;
  const svg = drawSvg(option(width), { width, height, idPrefix });
  const named = `<svg class="${className}" role="img" aria-labelledby="${idPrefix}-title ${idPrefix}-desc" viewBox="0 0 ${width} ${height}">`;
  const text = html`<title id="${idPrefix}-title">${title}</title><desc id="${idPrefix}-desc">${description}</desc>`;
  return html`${trustedHtml(svg.replace(/^<svg[^>]*>/, () => named + text.markup))}
`;
})}<details><summary>The numbers of this figure</summary>${table}</details>
</figure>`;
}
