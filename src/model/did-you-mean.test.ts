import { expect, test } from 'vitest';
import { closestName, didYouMean } from './did-you-mean.js';

const names = ['high_latency', 'packet_loss', 'cpu_spike', 'deadlock', 'every'];

test.each([
  ['high_latncy', 'high_latency'],
  ['High-Latency', 'high_latency'],
  ['latency', 'high_latency'],
  ['cpu', 'cpu_spike'],
  ['deadlocks', 'deadlock'],
  ['evry', 'every'],
  ['evrey', 'every'],
  ['fnord', undefined],
  ['hl', undefined],
  ['', undefined],
  ['🙂', undefined],
])('%j means %s', (written, meant) => {
  expect(closestName(written, names)).toBe(meant);
});

test('asks, or says nothing', () => {
  expect(didYouMean('evry', names)).toBe('did you mean "every"?');
  expect(didYouMean('fnord', names)).toBeUndefined();
  expect(didYouMean('every', [])).toBeUndefined();
});
