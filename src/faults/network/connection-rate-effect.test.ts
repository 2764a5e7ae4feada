import { expect, test } from 'vitest';
import { attemptsFor, type ConnectAttempt, rateSighting } from './connection-rate-effect.js';

const connected = (tookMs: number): ConnectAttempt => ({ outcome: 'connected', tookMs });
const refused: ConnectAttempt = { outcome: 'refused', tookMs: 0 };
const times = (n: number, attempt: ConnectAttempt) => Array.from({ length: n }, () => attempt);
const rate = { perSecond: 5, burst: 2 };

test('more attempts are made than a burst and a busy moment let through', () => {
  expect(attemptsFor(rate)).toBe(23);
  expect(attemptsFor({ perSecond: 1_000, burst: 100 })).toBe(320);
});

test.each([
  ['some are refused', 0, [connected(1), connected(1), ...times(20, refused)], 'yes'],
  ['all come through at once', 0, times(22, connected(10)), 'no'],
  ['all come through, as slowly as they may', 0, times(22, connected(4_000)), 'unknown'],
  ['the place refused before', 100, times(22, refused), 'unknown'],
  ['nothing answers', 0, times(22, { outcome: 'silent', tookMs: 2_000 }), 'unknown'],
] as const)('%s', (_what, baseline, attempts, active) => {
  expect(rateSighting(rate, baseline, attempts).active).toBe(active);
});
