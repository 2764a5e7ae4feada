import { expect, test } from 'vitest';
import { shortText } from './short-text.js';

test('a password is hidden before the text is cut', () => {
  const long = `postgres://shop:${'x'.repeat(100)}@db/orders`;
  expect(shortText(long, 'row.url')).toBe('"postgres://***@db/orders"');
  expect(shortText(`${'a'.repeat(60)} postgres://shop:secret@db`, 'row.url')).not.toContain('secret');
});

test('a long text is cut, a secret not shown at all', () => {
  expect(shortText('a'.repeat(200), 'row.name')).toHaveLength(80);
  expect(shortText('abc', 'row.password')).toBe('(hidden)');
});
