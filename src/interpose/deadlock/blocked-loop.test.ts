import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { BlockedLoop } from './blocked-loop.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const farAway = Date.now() + 3_600_000;
const open = (changes: object) =>
  new BlockedLoop({
    by: 'atomics-wait',
    firstStretchMs: 200,
    activeMs: 1_000,
    expiresAt: farAway,
    lease: null,
    forSignals: false,
    ...changes,
  });

test.each(['atomics-wait', 'spin'] as const)(
  '%s: the loop stands still until the time is over, after a first short stretch',
  async (by) => {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    await sleep(50);
    const loop = open({ by });
    await loop.seen;
    expect(loop.isOver).toBe(false);
    const fromMs = performance.now();
    // Due at once, in a loop that does not turn.
    await sleep(50);
    await sleep(1);
    expect(performance.now() - fromMs).toBeGreaterThan(300);
    expect(loop.isOver).toBe(true);
    expect(loop.stoodStillMs).toBeGreaterThan(500);
    expect(delay.max / 1e6).toBeGreaterThan(300);
    delay.disable();
    loop.release();
    await loop.ended();
  },
);

test('what expires ends the block, however long it was to be', async () => {
  const loop = open({ activeMs: 600_000, expiresAt: Date.now() + 900 });
  await loop.seen;
  await sleep(100);
  expect(loop.isOver).toBe(true);
  loop.release();
  await loop.ended();
});

test('released before it began, it never blocks; twice is once', async () => {
  const loop = open({});
  loop.release();
  loop.release();
  await loop.ended();
  await sleep(50);
  expect(loop.stoodStillMs).toBe(0);
});

test('a signal is heard although the loop stands still', async () => {
  const heard: number[] = [];
  const onSignal = () => heard.push(performance.now());
  process.on('SIGUSR2', onSignal);
  try {
    const loop = open({ activeMs: 20_000, forSignals: true });
    await loop.seen;
    const { spawn } = await import('node:child_process');
    const fromMs = performance.now();
    spawn('sh', ['-c', `sleep 0.7; kill -USR2 ${process.pid}`], { stdio: 'ignore' });
    // The loop may turn in between, for what it wrote itself just before.
    while (heard.length === 0) await sleep(60);
    // Far below the time of the fault.
    expect((heard[0] ?? 0) - fromMs).toBeLessThan(10_000);
    expect(loop.isOver).toBe(false);
    loop.release();
    await loop.ended();
  } finally {
    process.off('SIGUSR2', onSignal);
  }
});
