import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from '../plain-text.js';
import { html, trustedHtml } from './html.js';

test('text is escaped, markup is not, lists are joined, null is nothing', () => {
  const list = ['a', html`<b>${'<'}</b>`, 3, null].map((one) => html`<li>${one}</li>`);
  expect(html`<ul class="${'"x"'}">${list}</ul>${trustedHtml('<hr>')}`.markup).toBe(
    '<ul class="&quot;x&quot;"><li>a</li><li><b>&lt;</b></li><li>3</li><li></li></ul><hr>',
  );
});

test('whatever a text holds, it ends no attribute, opens no element and stays the text it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { markup } = html`${text}`;
      expect(markup).not.toMatch(/[<>"'`]/);
      const back = markup.replaceAll(
        /&(?:amp|lt|gt|quot|#39|#96);/g,
        (entity) =>
          ({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#96;': '`' })[entity] ??
          '',
      );
      expect(back).toBe(plainText(text));
    }),
  );
});

test('plain text is plain already the second time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(plainText(plainText(text))).toBe(plainText(text));
    }),
  );
});
