import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decisions } from '../../model/decide.js';
import { packetsIn, retransmissionDelayMs } from './retransmission-delay.js';

test('without loss nothing is late', () => {
  expect(retransmissionDelayMs(0, 100_000, () => 0.5, 0)).toBe(0);
});

test('everything lost is given up at the sixth doubling', () => {
  expect(retransmissionDelayMs(1, 1, () => 0.5, 0)).toBe(12_600);
});

test.each([
  [0.85, 0],
  [0.95, 200],
  [0.995, 600],
  [0.9995, 1_400],
])('at 10 %% loss a draw of %d is late by %d ms', (u, delayMs) => {
  expect(retransmissionDelayMs(0.1, 1, () => u, 0)).toBe(delayMs);
});

test('each packet is lost at the asked rate: within six standard deviations', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 0.6, noNaN: true }), fc.integer(), (rate, seed) => {
      const draw = decisions(seed).at('loss', 'conn#1/to-target');
      const packets = 5_000;
      let late = 0;
      for (let n = 0; n < packets; n += 1) if (retransmissionDelayMs(rate, 1, draw, n) > 0) late += 1;
      expect(Math.abs(late / packets - rate)).toBeLessThan(6 * Math.sqrt((rate * (1 - rate)) / packets));
    }),
    { numRuns: 50 },
  );
});

test('of many packets the most unlucky one decides', () => {
  const draw = (n: number) => (n === 7 ? 0.995 : 0);
  expect(packetsIn(14_480)).toBe(10);
  expect(retransmissionDelayMs(0.1, 14_480, draw, 0)).toBe(600);
  expect(retransmissionDelayMs(0.1, 14_480, draw, 8)).toBe(0);
});

test('an end of the stream is a packet', () => {
  expect(packetsIn(0)).toBe(1);
});
