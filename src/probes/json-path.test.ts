import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonPath, valueAt } from './json-path.js';

test.each([
  ['$', []],
  ['$.status', ['status']],
  ['status', ['status']],
  ['$.items[0].price', ['items', 0, 'price']],
  ['items[12][3]', ['items', 12, 3]],
  ['$[0].a', [0, 'a']],
  [`$["a name"].b['c.d']`, ['a name', 'b', 'c.d']],
  ['$.größe.$ref', ['größe', '$ref']],
])('%s', (text, path) => {
  expect(parseJsonPath(text)).toEqual(path);
});

test.each(['', '$.', '$..a', 'a b', '$[x]', '$[-1]', '$.a[0', 'a.[0]', '$a', '$[*]', '$["a]'])(
  'refuses %j',
  (text) => {
    expect(() => parseJsonPath(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: `expected a JSON path, got ${JSON.stringify(text)}`,
      }),
    );
  },
);

test('tells null from nothing, and finds own members only', () => {
  const document = { a: null, list: [{ b: false }], toString: 1 };
  const at = (text: string) => valueAt(document, parseJsonPath(text));
  expect(at('$.a')).toEqual({ found: true, value: null });
  expect(at('$.list[0].b')).toEqual({ found: true, value: false });
  expect(at('$.list.length')).toEqual({ found: true, value: 1 });
  expect(at('$.toString')).toEqual({ found: true, value: 1 });
  for (const path of ['$.a.b', '$.list[1]', '$.list[0].toString', '$.hasOwnProperty']) {
    expect(at(path)).toEqual({ found: false, value: undefined });
  }
});

test('every place of every document can be written and is found', () => {
  const name = fc.string({ unit: 'binary' }).filter((text) => !/["]/.test(text));
  const json = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.array(tie('value')), fc.dictionary(name, tie('value'))),
  })).value;
  fc.assert(
    fc.property(json, (document) => {
      const visit = (value: unknown, text: string): void => {
        expect(valueAt(document, parseJsonPath(text))).toEqual({ found: true, value });
        if (typeof value !== 'object' || value === null) return;
        for (const [key, member] of Object.entries(value)) {
          visit(member, Array.isArray(value) ? `${text}[${key}]` : `${text}["${key}"]`);
        }
      };
      visit(document, '$');
    }),
  );
});
