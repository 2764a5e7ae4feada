import { expect, test } from 'vitest';
import { detailTable } from './detail-table.js';

test('keeps 50 rows and counts the others', () => {
  const rows = Array.from({ length: 53 }, (_, i) => [`${i}`, 'x', 'too much']);
  const table = detailTable('t', ['a', 'b'], rows, 7);
  expect(table.rows).toEqual(rows.slice(0, 50).map(([a, b]) => [a, b]));
  expect(table.more).toBe(10);
});

test('a row has a cell for every column, of at most 200 characters', () => {
  const { rows } = detailTable('t', ['a', 'b'], [['x'.repeat(500)]]);
  expect(rows).toEqual([[`${'x'.repeat(199)}…`, '']]);
});

test('the credentials of a URL do not show, wherever the text is cut', () => {
  const secret = 'a'.repeat(300);
  const { title, columns, rows } = detailTable(
    'of redis://u:p@host',
    ['redis://u:p@host'],
    [[`redis://u:${secret}@host`]],
  );
  expect([title, columns, rows]).toEqual([
    'of redis://***@host',
    ['redis://***@host'],
    [['redis://***@host']],
  ]);
});
