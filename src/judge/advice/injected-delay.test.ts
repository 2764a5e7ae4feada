import { expect, test } from 'vitest';
import { plannedScenario } from '../../../test/run-stream.js';
import { injectedDelayMs } from './injected-delay.js';

test.each([
  [800, { low: 800, high: 800 }],
  [[500, 2_000], { low: 500, high: 2_000 }],
  [
    { distribution: 'uniform', minMs: 10, maxMs: 90 },
    { low: 10, high: 90 },
  ],
  [
    { distribution: 'normal', meanMs: 100, standardDeviationMs: 60 },
    { low: 0, high: 220 },
  ],
  [
    { distribution: 'exponential', meanMs: 100 },
    { low: 0, high: 300 },
  ],
  ['800', null],
  [undefined, null],
  [null, null],
  [[1], null],
])('a delay of %o', (delayMs, range) => {
  expect(injectedDelayMs(plannedScenario({ type: 'SLOW_RESPONSE', parameters: { delayMs } }))).toEqual(range);
});

test('other scenarios inject none', () => {
  expect(
    injectedDelayMs(plannedScenario({ type: 'PACKET_LOSS', parameters: { lossPercent: 10 } })),
  ).toBeNull();
});
