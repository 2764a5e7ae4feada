import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Toxic } from '../model/network.js';
import { NameLookups } from './name-lookups.js';
import { RouteCounters } from './route-counters.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const silent = { type: 'dns', hosts: ['*'], failure: 'timeout', rate: 1, seed: 1 } as const;

function lookUpUnder(...toxics: readonly (readonly [id: string, toxic: Toxic])[]) {
  const counters = new RouteCounters();
  const fired: string[] = [];
  const lookups = new NameLookups(new Map(toxics), counters, (...told) => fired.push(told.join(' ')));
  return { counters, lookups, fired };
}

test('a look-up without an answer is given up after 10 s, as a resolver does', async () => {
  const { lookups, counters } = lookUpUnder(['silence', silent]);
  const looking = lookups.lookUp('db');
  await vi.advanceTimersByTimeAsync(9_999);
  expect(await Promise.race([looking, Promise.resolve('waits')])).toBe('waits');
  await vi.advanceTimersByTimeAsync(1);
  expect(await looking).toBe('EAI_AGAIN');
  expect(counters.stats().byToxic).toEqual({ silence: { connections: 1, chunks: 0 } });
  expect(vi.getTimerCount()).toBe(0);
});

test('only what a toxic holds is let go with it', async () => {
  const { lookups } = lookUpUnder(['a', { ...silent, hosts: ['a'] }], ['b', { ...silent, hosts: ['b'] }]);
  const [a, b] = [lookups.lookUp('a'), lookups.lookUp('b')];
  lookups.release('a');
  expect(await a).toBe(null);
  expect(await Promise.race([b, Promise.resolve('waits')])).toBe('waits');
  lookups.release('b');
  expect(await b).toBe(null);
  expect(vi.getTimerCount()).toBe(0);
});

test('the first toxic that hits decides; samples are told at once and counted nowhere', async () => {
  const { lookups, counters, fired } = lookUpUnder(
    ['never', { ...silent, rate: 0 }],
    ['other', { ...silent, hosts: ['*.internal'] }],
    ['gone', { ...silent, failure: 'ENOTFOUND' }],
  );
  expect(await lookups.lookUp('db')).toBe('ENOTFOUND');
  expect([lookups.sample('db'), lookups.sample('DB.Internal.')]).toEqual(['ENOTFOUND', 'timeout']);
  expect(counters.stats().byToxic).toEqual({ gone: { connections: 1, chunks: 0 } });
  expect(fired).toEqual(['gone db 0 ENOTFOUND']);
});
