import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from './virtual-clock.js';

const never = new AbortController().signal;

/** Sleeps for each delay and notes who woke when. */
function sleepers(clock: VirtualClock, delays: readonly number[]): string[] {
  const woken: string[] = [];
  delays.forEach((delayMs, index) => {
    void clock.sleep(delayMs, never).then(() => woken.push(`${index}@${clock.nowMs()}`));
  });
  return woken;
}

test('time stands still until it is moved', async () => {
  const clock = new VirtualClock(new Date('2026-03-01T12:00:00Z'));
  const woken = sleepers(clock, [10]);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect([clock.nowMs(), clock.pending, woken]).toEqual([0, 1, []]);
  expect(new Date(clock.wallMs()).toISOString()).toBe('2026-03-01T12:00:00.000Z');
  await clock.advance(9);
  expect(woken).toEqual([]);
  await clock.advance(1);
  expect([clock.nowMs(), clock.pending, woken]).toEqual([10, 0, ['0@10']]);
  expect(new Date(clock.wallMs()).toISOString()).toBe('2026-03-01T12:00:00.010Z');
});

test('timers fire by deadline, equal ones in the order in which they were set', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 }), async (delays) => {
      const clock = new VirtualClock();
      const woken = sleepers(clock, delays);
      await clock.advance(5);
      const inOrder = delays.map((delayMs, index) => ({ delayMs, index }));
      inOrder.sort((a, b) => a.delayMs - b.delayMs || a.index - b.index);
      expect(woken).toEqual(inOrder.map(({ delayMs, index }) => `${index}@${delayMs}`));
    }),
  );
});

test('what a timer sets in motion settles, at its own time, before the next timer fires', async () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  const chain = async (name: string, everyMs: number) => {
    for (let i = 0; i < 3; i += 1) {
      await clock.sleep(everyMs, never);
      for (let hop = 0; hop < 50; hop += 1) await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name}@${clock.nowMs()}`);
    }
  };
  await clock.run(Promise.all([chain('a', 2), chain('b', 3)]));
  expect(log).toEqual(['a@2', 'b@3', 'a@4', 'b@6', 'a@6', 'b@9']);
});

test('time does not move while a file operation is in flight', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'virtual-clock-'));
  try {
    const clock = new VirtualClock();
    const file = join(folder, 'log');
    const write = async () => {
      await clock.sleep(5, never);
      for (let i = 0; i < 20; i += 1) await appendFile(file, `${clock.nowMs()} `);
    };
    await clock.run(Promise.all([write(), clock.sleep(6, never)]));
    expect(await readFile(file, 'utf8')).toBe('5 '.repeat(20));
    expect(clock.nowMs()).toBe(6);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a sleep ends at once, with the reason, when its signal aborts', async () => {
  const clock = new VirtualClock();
  const reason = new Error('enough');
  const stop = new AbortController();
  const sleep = clock.sleep(10, stop.signal);
  stop.abort(reason);
  await expect(sleep).rejects.toBe(reason);
  await expect(clock.sleep(10, stop.signal)).rejects.toBe(reason);
  expect(clock.pending).toBe(0);
});

test('a blocked loop makes timers late, and time never goes back', async () => {
  const clock = new VirtualClock();
  const woken = sleepers(clock, [20, 10, 200]);
  clock.block(100);
  await clock.advance(0);
  expect(woken).toEqual(['1@100', '0@100']);
  await clock.advance(100);
  expect(woken).toEqual(['1@100', '0@100', '2@200']);
});

test('run settles like the work, an hour in no time', async () => {
  const clock = new VirtualClock();
  expect(await clock.run(clock.sleep(3_600_000, never).then(() => 'slept'))).toBe('slept');
  expect(clock.nowMs()).toBe(3_600_000);
  const failing = clock.sleep(1, never).then(() => {
    throw new Error('as meant');
  });
  await expect(clock.run(failing)).rejects.toThrow('as meant');
});

test('run waits in real time for work that is outside of the clock', async () => {
  const clock = new VirtualClock();
  const outside = new Promise((resolve) => setTimeout(resolve, 20));
  await clock.run(outside.then(() => clock.sleep(5, never)));
  expect(clock.nowMs()).toBe(5);
});

test('run says so when the work can never settle', async () => {
  const clock = new VirtualClock();
  const stuck = clock.sleep(30, never).then(() => new Promise<void>(() => undefined));
  await expect(clock.run(stuck)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ChaosError: expected the work to settle or to sleep on this clock, but it did neither (now 30 ms, 0 timers)]`,
  );
  await expect(
    clock.run(clock.sleep(Number.POSITIVE_INFINITY, never)),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ChaosError: expected the work to settle or to sleep on this clock, but it did neither (now 30 ms, 1 timers)]`,
  );
  const forEver = async () => {
    for (;;) await clock.sleep(40, never);
  };
  await expect(clock.run(forEver(), 1_000)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ChaosError: expected the work to settle or to sleep on this clock, but it kept sleeping for 1000 ms of virtual time (now 1030 ms, 2 timers)]`,
  );
});
