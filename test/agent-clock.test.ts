import { expect, test } from 'vitest';
import type { AgentCounts } from '../src/model/agent-link.js';
import type { ClockChange } from '../src/model/clock-change.js';
import { systemClock } from '../src/model/system-clock.js';
import { openTestHub, startProgram } from './agent-rig.js';
import { never } from './network-servers.js';
import { versionUnderTest } from './node-under-test.js';

const hourMs = 3_600_000;

/** Evaluates what it is asked; what it took before the fault is `kept`. */
const program = `
const kept = { Date, now: Date.now, hrtime: process.hrtime, setTimeout, Later: class extends Date {} };
const { performance } = require('node:perf_hooks');
const answer = async (line) => JSON.stringify(await eval(line));
`;

/** As a program is asked: several lines make one answer. */
const clocks = `({
  date: Date.now(), built: new Date().getTime(), kept: kept.now(), keptDate: new kept.Date().getTime(), later: new kept.Later().getTime(),
})`;

interface Told {
  readonly date: number;
  readonly built: number;
  readonly kept: number;
  readonly keptDate: number;
  readonly later: number;
}

function fault(change: ClockChange) {
  return { kind: 'clock', change, activeMs: 60_000 } as const;
}

test('a started process that stands by: whatever it took while it loaded follows the fault, and is right after it', async () => {
  await using rig = await openTestHub({ clocks: true });
  await using child = startProgram(program, rig.variables);
  const ask = async <T>(line: string) => JSON.parse(await child.ask(line.replaceAll('\n', ' '))) as T;
  const ahead = async () => {
    const told = await ask<Told>(clocks);
    return Object.values(told).map((ms: number) => Math.round((ms - systemClock.wallMs()) / 60_000) + 0);
  };
  expect(await ahead()).toEqual([0, 0, 0, 0, 0]);
  const armed = await rig.hub.arm(
    'skew',
    fault({ wall: { mode: 'offset', offsetMs: hourMs } }),
    () => undefined,
    never,
  );
  expect(await ahead()).toEqual([60, 60, 60, 60, 60]);
  const counts: AgentCounts['clock'] = await armed.counts(never);
  expect(counts).toMatchObject({ inPlace: 1, stoodBy: 1, keptFromBefore: 0, pauses: 0 });
  expect(counts.wallReads).toBeGreaterThanOrEqual(5);
  expect(Math.abs(counts.wallAheadMs - hourMs)).toBeLessThan(1_000);
  expect(Math.abs(counts.realWallMs - systemClock.wallMs())).toBeLessThan(5_000);
  await armed.disarm(never);
  expect(await ahead()).toEqual([0, 0, 0, 0, 0]);
  // The agent leaves: the platform's own functions are back.
  await rig.hub.leave(never);
  expect(await ask('[Function.prototype.toString.call(Date.now), kept.Date === Date]')).toEqual([
    'function now() { [native code] }',
    false,
  ]);
  expect(await ahead()).toEqual([0, 0, 0, 0, 0]);
});

test('without a fault on clocks in the plan, a process keeps the platform’s own functions until one is armed', async () => {
  await using rig = await openTestHub();
  await using child = startProgram(program, rig.variables);
  const ask = async <T>(line: string) => JSON.parse(await child.ask(line)) as T;
  const armed = await rig.hub.arm(
    'skew',
    fault({ wall: { mode: 'offset', offsetMs: -hourMs } }),
    () => undefined,
    never,
  );
  const told = await ask<Told>(clocks.replaceAll('\n', ' '));
  const minutes = Object.values(told).map(
    (ms: number) => Math.round((ms - systemClock.wallMs()) / 60_000) + 0,
  );
  // Only what is asked for by its name, and \`now\` of the constructor that was kept, is reached.
  expect(minutes).toEqual([-60, -60, 0, 0, 0]);
  expect((await armed.counts(never)).stoodBy).toBe(0);
  await armed.disarm(never);
  expect(await ask('kept.Date === Date && kept.now === Date.now && kept.setTimeout === setTimeout')).toBe(
    true,
  );
});

test('all clocks of a process at another rate, and its worker, and Temporal where there is one', async () => {
  await using rig = await openTestHub({ clocks: true });
  await using child = startProgram(
    `${program}
    const { Worker } = require('node:worker_threads');
    const worker = new Worker("const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => parentPort.postMessage(Date.now()))", { eval: true });
    const askWorker = () => new Promise((resolve) => { worker.once('message', resolve); worker.postMessage('now'); });
    const span = async (realMs) => {
      const now = () => [Date.now(), performance.now(), Number(process.hrtime.bigint()) / 1e6, process.uptime() * 1000];
      const from = now();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, realMs);
      return now().map((ms, i) => ms - from[i]);
    };
    const waits = async (askedMs) => {
      const { setTimeout: sleep } = require('node:timers/promises');
      await sleep(askedMs);
      await new Promise((resolve) => setTimeout(resolve, askedMs));
      return 'waited';
    };`,
    rig.variables,
  );
  const ask = async <T>(line: string) => JSON.parse(await child.ask(line)) as T;
  // The worker is there.
  await ask('askWorker()');
  await expect.poll(() => rig.hub.places().length).toBe(2);
  const drift = await rig.hub.arm(
    'drift',
    fault({ wall: { mode: 'rate', rate: 20 }, monotonicRate: 20, timersRate: 20 }),
    () => undefined,
    never,
  );
  for (const ms of await ask<readonly number[]>('span(100)')) {
    expect(ms).toBeGreaterThanOrEqual(1_900);
    expect(ms).toBeLessThan(20_000);
  }
  const startedMs = systemClock.nowMs();
  expect(await ask('waits(4_000)')).toBe('waited');
  const tookMs = systemClock.nowMs() - startedMs;
  expect(tookMs).toBeGreaterThan(390);
  expect(tookMs).toBeLessThan(4_000);
  await drift.disarm(never);
  const skew = await rig.hub.arm(
    'skew',
    fault({ wall: { mode: 'offset', offsetMs: hourMs } }),
    () => undefined,
    never,
  );
  expect((await skew.counts(never)).inPlace).toBe(2);
  const aheadMinutes = (ms: number) => Math.round((ms - systemClock.wallMs()) / 60_000) + 0;
  expect(aheadMinutes(await ask<number>('askWorker()'))).toBe(60);
  if (Number.parseInt(versionUnderTest().slice(1), 10) >= 26) {
    const told = await ask<readonly (string | number)[]>(
      `[Temporal.Now.instant().epochMilliseconds, Temporal.Now.zonedDateTimeISO('UTC').epochMilliseconds,
        Temporal.Now.plainDateTimeISO('UTC').toZonedDateTime('UTC').epochMilliseconds,
        Temporal.Now.plainDateISO('UTC').toString() === new Date().toISOString().slice(0, 10) ? Date.now() : 0,
        Temporal.Now.plainTimeISO('UTC').hour === new Date().getUTCHours() ? Date.now() : 0,
        Temporal.Now.instant() instanceof Temporal.Instant ? Date.now() : 0]`.replaceAll('\n', ' '),
    );
    expect(told.map((ms) => aheadMinutes(Number(ms)))).toEqual([60, 60, 60, 60, 60, 60]);
  }
  await skew.disarm(never);
  expect(aheadMinutes(await ask<number>('askWorker()'))).toBe(0);
  expect(aheadMinutes(await ask<number>('Date.now()'))).toBe(0);
  expect(Math.abs((await ask<number>('process.uptime() * 1000 - performance.now()')) ?? 0)).toBeLessThan(
    2_000,
  );
});

test('a process that comes while the clock is wrong meets it from its first line', async () => {
  await using rig = await openTestHub({ clocks: true });
  await using first = startProgram(program, rig.variables);
  await first.ask('1');
  const armed = await rig.hub.arm('skew', fault({ wall: { mode: 'freeze' } }), () => undefined, never);
  await using second = startProgram(`const bornMs = Date.now(); ${program}`, rig.variables);
  const [bornMs, nowMs] = JSON.parse(await second.ask('[bornMs, Date.now()]')) as [number, number];
  await systemClock.sleep(50, never);
  expect(JSON.parse(await second.ask('Date.now()'))).toBe(nowMs);
  expect(bornMs).toBe(nowMs);
  await armed.disarm(never);
  expect(JSON.parse(await second.ask('Date.now()'))).toBeGreaterThan(nowMs + 40);
});
