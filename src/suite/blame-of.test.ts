import { expect, test } from 'vitest';
import { blameOf } from './blame-of.js';

test.each([
  [
    'an assertion',
    'AssertionError: 1 == 2\n    at TestContext.<anonymous> (file:///shop/a.test.js:3:1)\n    at Test.runInAsyncScope (node:internal/test_runner/test:9:1)',
  ],
  [
    'Vitest, which names files as seen from its root',
    'AssertionError: expected 1 to be 2\n ❯ test/a.test.ts:2:102',
  ],
  [
    'a library of the project',
    'Error: boom\n    at query (/shop/node_modules/pg/lib/client.js:1:2)\n    at find (/shop/src/db.js:3:4)\n    at /shop/node_modules/vitest/dist/index.js:9:9',
  ],
  ['without places', 'fetch failed'],
  ['pytest', 'tests/test_a.py:5: AssertionError'],
  [
    'a project that is itself installed',
    'Error: EIO\n    at read (/shop/lib/send.js:3:4)\n    at Test.run (node:internal/test_runner/test:9:1)',
  ],
])('%s: the project', (_name, failure) => {
  expect(blameOf(failure, '/shop')).toBe('project');
});

test.each([
  [
    'a worker of Vitest',
    'Error: read ECONNRESET\n    at load (/shop/node_modules/vitest/dist/chunks/rpc.js:1:2)',
  ],
  [
    'a pool',
    'Error: ENOSPC\n    at run (file:///shop/node_modules/.pnpm/tinypool@1/node_modules/tinypool/dist/index.js:1:2)',
  ],
  [
    'jest',
    'Error: EIO\n    at read (node:fs:1:2)\n    at Object.load (/shop/node_modules/jest-haste-map/build/index.js:1:2)',
  ],
  ['node:test', 'Error: boom\n    at FileTest.parse (node:internal/test_runner/runner:1:2)'],
])('%s: the harness', (_name, failure) => {
  expect(blameOf(failure, '/shop')).toBe('harness');
});

test.each([
  'Error: Test timed out in 5000ms.\n ❯ test/a.test.ts:2:1',
  'thrown: "Exceeded timeout of 5000 ms for a test."',
  'test timed out after 100ms',
  'Timeout of 2000ms exceeded. For async tests and hooks, ensure "done()" is called',
])('%s: its time limit', (failure) => {
  expect(blameOf(failure, '/shop')).toBe('time-limit');
});

test('an installed project is one', () => {
  const failure =
    'Error: EIO\n    at read (/app/node_modules/send/lib/send.js:3:4)\n    at Test.run (node:internal/test_runner/test:9:1)';
  expect(blameOf(failure, '/app/node_modules/send')).toBe('project');
  expect(blameOf(failure, '/other')).toBe('harness');
});
