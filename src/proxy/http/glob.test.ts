import { expect, test } from 'vitest';
import { matchesGlob } from './glob.js';

test.each([
  ['/a', '/a', true],
  ['/a', '/ab', false],
  ['/a/*', '/a/b', true],
  ['/a/*', '/a/', true],
  ['/a/*', '/a/b/c', false],
  ['/a/**', '/a/b/c', true],
  ['/a/*/c', '/a/b/c', true],
  ['/*/*.json', '/x/y.json', true],
  ['/*/*.json', '/x/y.jsonp', false],
  ['**/end', '/some/where/end', true],
  ['', '', true],
  ['*', '', true],
  ['a.c', 'abc', false],
  ['ü*', 'über', true],
])('%s and %s: %s', (pattern, text, fits) => {
  expect(matchesGlob(pattern, text)).toBe(fits);
});

test('a pattern that drives regular expressions mad takes no time', () => {
  const began = performance.now();
  expect(matchesGlob(`${'*a'.repeat(60)}b`, 'a'.repeat(8_000))).toBe(false);
  expect(performance.now() - began).toBeLessThan(3_000);
});
