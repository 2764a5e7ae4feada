import { expect, test } from 'vitest';
import { isTap, readTap } from './read-tap.js';

const read = (text: string) => {
  const { tests, incomplete } = readTap(text, '/shop');
  return { tests: tests.map(({ id, outcome }) => [id, outcome]), incomplete };
};

const nodeTest = `> shop@1.0.0 test
> node --test

TAP version 13
# Subtest: cart
    # Subtest: adds
    ok 1 - adds
      ---
      duration_ms: 58.5
      ...
    # Subtest: fails
    not ok 2 - fails
      ---
      duration_ms: 1.5
      failureType: 'testCodeFailure'
      error: 'fetch failed'
      stack: |-
        TestContext.<anonymous> (file:///shop/a.test.js:3:1)
      ...
    1..2
not ok 1 - cart
  ---
  duration_ms: 135.2
  type: 'suite'
  failureType: 'subtestsFailed'
  ...
# Subtest: later
ok 2 - later # SKIP not yet
# Subtest: to do
not ok 3 - to do # TODO some day
# Subtest: /shop/broken.test.js
not ok 4 - /shop/broken.test.js
1..4
# tests 4
`;

test('of node:test, in the output of npm', () => {
  expect(isTap(nodeTest)).toBe(true);
  expect(read(nodeTest)).toEqual({
    tests: [
      ['cart > adds', 'passed'],
      ['cart > fails', 'failed'],
      ['later', 'skipped'],
      ['to do', 'skipped'],
      ['broken.test.js', 'failed'],
    ],
    incomplete: null,
  });
  const failed = readTap(nodeTest, '/shop').tests[1];
  expect(failed).toMatchObject({ durationMs: 1.5 });
  expect(failed?.failure).toBe('fetch failed\nTestContext.<anonymous> (file:///shop/a.test.js:3:1)');
});

test('a suite that fails though its tests pass is told itself', () => {
  expect(read('TAP version 14\n    ok 1 - a\n    1..1\nnot ok 1 - hooks\n1..1\n').tests).toEqual([
    ['hooks > a', 'passed'],
    ['hooks', 'failed'],
  ]);
});

test.each([
  ['fewer than announced', 'TAP version 13\n1..3\nok 1 - a\n', 'it announces 3 tests and has 1'],
  ['no plan', 'TAP version 13\nok 1 - a\n', 'it ends without its plan (1..N)'],
  ['bailed out', 'TAP version 13\nok 1 - a\nBail out! no database\n1..1', 'it says "Bail out! no database"'],
])('%s is incomplete', (_name, text, incomplete) => {
  expect(read(text).incomplete).toBe(incomplete);
});

test('lines of programs that look like diagnostics swallow nothing', () => {
  expect(read('TAP version 13\nok 1 - a\nhello\n---\nok 2 - b\n1..2\n').tests).toEqual([
    ['a', 'passed'],
    ['b', 'passed'],
  ]);
});
