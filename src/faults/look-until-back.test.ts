import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Aftermath } from '../model/evidence.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { lookUntilBack } from './look-until-back.js';

const signal = new AbortController().signal;

/** Looks that take `lookMs` each and see, one after the other, what is listed; the last one again and again. */
async function looking(seen: readonly Aftermath['back'][], lookMs: number) {
  const clock = new VirtualClock();
  let looks = 0;
  const ending = lookUntilBack(
    async () => {
      await clock.sleep(lookMs, signal);
      const back = seen[Math.min(looks, seen.length - 1)] ?? 'unknown';
      looks += 1;
      return { back, after: looks };
    },
    clock,
    signal,
  );
  const startedMs = clock.nowMs();
  const aftermath = await clock.run(ending);
  return { aftermath, looks, tookMs: clock.nowMs() - startedMs };
}

test('the first look that sees all back ends it', async () => {
  expect(await looking(['no', 'unknown', 'yes'], 10)).toMatchObject({
    aftermath: { back: 'yes', after: 3 },
    looks: 3,
  });
});

test('an undo has failed only when five looks or more saw the effect and none saw all back, in all of the time', async () => {
  const answer = fc.constantFrom('no', 'unknown', 'yes');
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1 }),
      fc.integer({ min: 0, max: 4_000 }),
      async (seen, ms) => {
        const { aftermath, looks, tookMs } = await looking(seen, ms);
        const met = Array.from({ length: looks }, (_, i) => seen[Math.min(i, seen.length - 1)]);
        const still = met.filter((back) => back === 'no').length;
        expect(aftermath.back === 'no').toBe(still >= 5 && !met.includes('yes'));
        expect(aftermath.back === 'yes').toBe(met.includes('yes'));
        if (aftermath.back === 'yes') return;
        expect(looks).toBeGreaterThanOrEqual(5);
        expect(tookMs).toBeGreaterThanOrEqual(5_000);
        expect(tookMs).toBeLessThanOrEqual(Math.max(5_000, 5 * (ms + 200)) + ms + 200);
      },
    ),
  );
});

test('an aborted signal ends it', async () => {
  const stop = new AbortController();
  const looks = lookUntilBack(
    async () => {
      stop.abort(new Error('stop'));
      return { back: 'no', after: 1 };
    },
    new VirtualClock(),
    stop.signal,
  );
  await expect(looks).rejects.toThrow('stop');
});
