import { expect, test } from 'vitest';
import { bearsRun } from './bears-run.js';

const runId = '20261125T101112-ab12';

test.each([
  `chaosx-${runId}`,
  `chaosx-${runId}-router`,
  `.chaosx-${runId}-s0`,
  `chaosx_${runId.replaceAll('-', '_')}_s0`,
  `chaosx_${runId}`,
])('%s is of the run', (name) => {
  expect(bearsRun(name, runId)).toBe(true);
});

test.each([
  `chaosx-${runId}3`,
  `chaosx-${runId.slice(0, -1)}`,
  `my-chaosx-${runId}`,
  'chaosx',
  `nginx-${runId}`,
])('%s is of somebody else', (name) => {
  expect(bearsRun(name, runId)).toBe(false);
});
