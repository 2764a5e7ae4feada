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
  /** The numbers behind it, for those who do not see it; null when the page has them beside it. */
  readonly table: Html | null;
  /** The same figure for a width in px. */
  readonly option: (width: number) => ChartOption;
  /** In px; default: 320. */
  readonly height?: number;
}

/** Wide and narrow: scaled down, the text of one drawing could not be read on a phone. The style sheet shows one. */
const drawings = [
  { className: 'wide', width: 1000 },
  { className: 'narrow', width: 400 },
];

/** A figure with its text alternative, its key and its numbers. */
export function figure({ id, title, description, keys, table, option, height = 320 }: FigureInput): Html {
  return html`<figure>
<figcaption><strong>${title}</strong>${keys.map(
    ({ className, text }) => html` <span class="key"><i class="swatch ${className}"></i>${text}</span>`,
  )}</figcaption>
${drawings.map(({ className, width }) => {
  const idPrefix = `${id}-${className}`;
  const svg = drawSvg(option(width), { width, height, idPrefix });
  const named = `<svg class="${className}" role="img" aria-labelledby="${idPrefix}-title ${idPrefix}-desc" viewBox="0 0 ${width} ${height}">`;
  const text = html`<title id="${idPrefix}-title">${title}</title><desc id="${idPrefix}-desc">${description}</desc>`;
  return html`${trustedHtml(svg.replace(/^<svg[^>]*>/, () => named + text.markup))}
`;
})}${table === null ? null : html`<details><summary>The numbers of this figure</summary>${table}</details>`}
</figure>`;
}
