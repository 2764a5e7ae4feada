import dns from 'node:dns';
import { expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';

const { signal } = new AbortController();

/** Far above the time that a call takes which does not wait. */
const isSettledIn = async (promise: Promise<unknown>, ms = 250) => {
  const late = new Promise((resolve) => setTimeout(resolve, ms, 'late'));
  return (await Promise.race([promise.catch(() => undefined), late])) !== 'late';
};

test('a call of the platform waits until the revert', async () => {
  const scenario = CHAOS_SCENARIOS.deadlock.with({
    parameters: { kind: 'promise-gate', methods: ['dns.lookup'] },
  });
  await using injection = await new FaultInjector().inject(scenario, thisProcessTarget('me'));
  const answer = dns.promises.lookup('localhost');
  expect(await isSettledIn(answer)).toBe(false);
  await injection.revert(signal);
  expect((await answer).family).toBeGreaterThan(0);
});
