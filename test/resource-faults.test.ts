import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startBusyWorkers } from '../src/faults/resource/busy-workers.js';
import { busyPercent, readCpuTimes } from '../src/faults/resource/cpu-times.js';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { loopUse, loopUseSince } from '../src/interpose/loop-use.js';
import { HeldMemory } from '../src/interpose/held-memory.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { never } from './network-servers.js';

const megabyte = 1_048_576;
const stateDirectory = mkdtempSync(join(tmpdir(), 'chaosx-resource-test-'));
afterAll(() => rmSync(stateDirectory, { recursive: true, force: true }));

test('memory that is held outside of the heap is resident, and given back at once', () => {
  const before = process.memoryUsage();
  const held = new HeldMemory('external');
  for (let n = 0; n < 20; n += 1) held.grow(5 * megabyte);
  const during = process.memoryUsage();
  expect(held.bytes).toBe(100 * megabyte);
  // Other tests of this process may free some meanwhile.
  expect(during.rss - before.rss).toBeGreaterThan(70 * megabyte);
  held.release();
  held.release();
  expect(held.bytes).toBe(0);
  const after = process.memoryUsage();
  expect(during.arrayBuffers - after.arrayBuffers).toBeGreaterThan(90 * megabyte);
  expect(during.rss - after.rss).toBeGreaterThan(70 * megabyte);
});

test("memory that is held in the heap is JavaScript's own, and given back at once", () => {
  const before = process.memoryUsage();
  const held = new HeldMemory('heap');
  for (let n = 0; n < 20; n += 1) held.grow(5 * megabyte);
  const during = process.memoryUsage();
  expect(held.bytes).toBe(100 * megabyte);
  // What was garbage before may be collected meanwhile.
  expect(during.heapUsed - before.heapUsed).toBeGreaterThan(70 * megabyte);
  held.release();
  expect(during.heapUsed - process.memoryUsage().heapUsed).toBeGreaterThan(70 * megabyte);
  expect(Object.hasOwn(globalThis, 'gc')).toBe(false);
});

test('the event loop is busy for the asked share of time, goes on between, and is free afterwards', async () => {
  const scenario = CHAOS_SCENARIOS.cpu_spike.with({
    parameters: { place: 'event-loop', cpuPercentage: 60 },
  });
  const injection = await new FaultInjector({ stateDirectory }).inject(scenario, thisProcessTarget('app'));
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const { active, measured } = await injection.check(never);
  clearInterval(timer);
  await injection.revert(never);
  expect(active).toBe('yes');
  expect(measured.during).toBeGreaterThan(50);
  expect(turns).toBeGreaterThan(3);
  const from = loopUse();
  await systemClock.sleep(300, never);
  const { busyMs, idleMs } = loopUseSince(from);
  expect(busyMs / (busyMs + idleMs)).toBeLessThan(0.4);
});

test('the leak stops at its limit', async () => {
  const scenario = CHAOS_SCENARIOS.memory_leak.with({
    duration: 20,
    parameters: { rateMbPerSecond: 500, limitMb: 40 },
  });
  await using injection = await new FaultInjector({ stateDirectory }).inject(
    scenario,
    thisProcessTarget('app'),
  );
  await expect.poll(async () => (await injection.check(never)).measured.expected).toContain('40 MB so far');
  await systemClock.sleep(300, never);
  expect((await injection.check(never)).measured.expected).toBe('500 MB/s more, up to 40 MB; 40 MB so far');
  await injection.revert(never);
  expect((await injection.checkAfter(never))?.back).not.toBe('no');
});

test('busy threads use the asked share, and end', async () => {
  // CPU time of this process, which other programs on the machine cannot add to; they may take some away.
  const used = async () => {
    const from = process.cpuUsage();
    const startedAt = systemClock.nowMs();
    await systemClock.sleep(1_000, never);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1_000 / (systemClock.nowMs() - startedAt);
  };
  const workers = await startBusyWorkers(1, { share: 0.5, rampMs: 0, rampSteps: 0 });
  const share = await used();
  await workers.stop();
  await workers.stop();
  // On a machine whose CPUs are all taken a thread gets a part of its share only.
  expect(share).toBeGreaterThan(0.05);
  expect(share).toBeLessThan(0.8);
  expect(await used()).toBeLessThan(0.05);
});

test('busyPercent is the share between two readings', () => {
  expect(busyPercent({ busy: 100, total: 1_000 }, { busy: 150, total: 1_100 })).toBe(50);
  expect(busyPercent({ busy: 100, total: 1_000 }, { busy: 100, total: 1_000 })).toBeNull();
  const { busy, total } = readCpuTimes();
  expect(busy).toBeLessThan(total);
});

test('CPUs that are asked for beyond those there are: all', async () => {
  const scenario = CHAOS_SCENARIOS.cpu_spike.with({ parameters: { cores: 1_000, cpuPercentage: 10 } });
  await using injection = await new FaultInjector({ stateDirectory }).inject(
    scenario,
    thisProcessTarget('app'),
  );
  const all = availableParallelism();
  const { measured, exposure } = await injection.check(never);
  expect(measured.expected).toBe(`10 % of ${all} of ${all} CPUs`);
  expect(exposure).toMatchObject({ kind: 'shares-resource' });
});
