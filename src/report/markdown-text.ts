import { plainText } from './plain-text.js';

/**
 * Text of a target as plain text in one line of GitHub's Markdown, also in a cell of a table: no markup, no link, and no
 * `@name` or `#1` that would notify or refer to somebody.
 *
 * @example
 * ```ts
 * markdownText('a|b <i> *x*'); // 'a\\|b &lt;i&gt; \\*x\\*'
 * ```
 */
export function markdownText(text: string): string {
  return (
    plainText(text)
      .replaceAll(/\s+/g, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll(/[\\`*_[\]|~$]/g, '\\$&')
      // An invisible space after them ends what GitHub and browsers would make a link of.
      .replaceAll(/(?:[@#]|:\/\/|www\.)(?=\w)/g, '$&\u200B')
      .replaceAll(/^([-+#]|\d+[.)])(?=\s)/g, '\\$1')
  );
}
