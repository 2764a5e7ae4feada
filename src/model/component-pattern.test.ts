import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesPattern } from './component-pattern.js';

test.each([
  ['query', 'query', true],
  ['query', 'queryAll', false],
  ['query*', 'queryAll', true],
  ['*.get*', 'cache.getMany', true],
  ['cache.get*', 'cacheXget', false],
  ['*', '', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['$init', '$init', true],
  ['(x|y)', 'x', false],
])('%j on %j: %s', (pattern, text, matches) => {
  expect(matchesPattern(pattern, text)).toBe(matches);
});

const plain = fc.string().map((text) => text.replaceAll('*', ''));

test('text without * matches itself and nothing else', () => {
  fc.assert(
    fc.property(plain, plain, (a, b) => {
      expect(matchesPattern(a, a)).toBe(true);
      expect(matchesPattern(a, b)).toBe(a === b);
    }),
  );
});

test('* stands for any run of characters, line breaks included', () => {
  fc.assert(
    fc.property(plain, fc.string(), plain, (before, anything, after) => {
      expect(matchesPattern(`${before}*${after}`, `${before}${anything}${after}`)).toBe(true);
      expect(matchesPattern('*', `${anything}\n${anything}`)).toBe(true);
    }),
  );
});
