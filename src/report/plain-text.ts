import { stripVTControlCharacters } from 'node:util';

/** Control characters but tab and line break; marks that turn the direction of text; halves of pairs; what XML forbids. */
const unprintable =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B\u000C\u000D\u000E-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * Text of a target as it may be shown anywhere: terminal colours removed, what cannot be printed or would disguise the
 * text around it replaced by `�`. Fit for XML 1.0 once it is escaped.
 *
 * @example
 * ```ts
 * plainText('\u001b[31mred\u001b[0m and \u0000'); // 'red and �'
 * ```
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\r\n', '\n').replaceAll(unprintable, '\uFFFD');
}
