import { plainText } from '../plain-text.js';

/** Markup that is safe to write as it is; made by the tag `html` alone, and by `trustedHtml` for what we drew ourselves. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may stand in a template: text is escaped, markup is not, lists are written one after the other, null is nothing. */
export type HtmlPart = Html | string | number | null | readonly HtmlPart[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * A template whose values are escaped, for text and for attributes in double quotes: nothing of a target becomes markup.
 *
 * @example
 * ```ts
 * html`<p title="${'"'}">${'<script>'}</p>`.markup; // '<p title="&quot;">&lt;script&gt;</p>'
 * ```
 */
export function html(template: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(template.reduce((all, text, i) => all + markupOf(parts[i - 1] ?? null) + text));
}

/** Markup that nobody but us wrote: a figure, a style sheet. */
export function trustedHtml(markup: string): Html {
  return new Html(markup);
}

function markupOf(part: HtmlPart): string {
  if (part === null) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'string' || typeof part === 'number') {
    return plainText(String(part)).replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '');
  }
  return part.map(markupOf).join('');
}
