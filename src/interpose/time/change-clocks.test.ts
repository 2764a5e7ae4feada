import { performance } from 'node:perf_hooks';
import process, { hrtime as namedHrtime, uptime as namedUptime } from 'node:process';
import timers, { setTimeout as namedSetTimeout } from 'node:timers';
import timersPromises, { setTimeout as namedSleep, scheduler } from 'node:timers/promises';
import { inspect, promisify, types } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { ClockChange } from '../../model/clock-change.js';
import { ChaosError } from '../../model/chaos-error.js';
import { activePatches } from '../active-patches.js';
import { type ChangedClocks, changeClocks, standBy } from './change-clocks.js';
import { clockReads, lookAtClocks } from './look-at-clocks.js';

const hourMs = 3_600_000;
const real = { Date, now: Date.now, nowMs: performance.now.bind(performance), hrtime: process.hrtime };
const earlier = new Date(0);
class Stamp extends Date {
  readonly label = 'before';
}

const open: ChangedClocks[] = [];
afterEach(() => {
  for (const changed of open.splice(0)) changed.revert();
  expect(activePatches()).toEqual([]);
});

function change(to: ClockChange): ChangedClocks {
  const changed = changeClocks(to);
  open.push(changed);
  return changed;
}

const ahead = (ms: number) => ms - real.now();
const near = (ms: number, expected: number) => expect(Math.abs(ms - expected)).toBeLessThan(1_000);

/** Every property that may be replaced, as it is. */
function descriptors(): readonly unknown[] {
  const holders: readonly (readonly [object, readonly PropertyKey[]])[] = [
    [globalThis, ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'performance']],
    [real.Date, Reflect.ownKeys(real.Date)],
    [real.Date.prototype, ['constructor']],
    [Intl.DateTimeFormat.prototype, Reflect.ownKeys(Intl.DateTimeFormat.prototype)],
    [Object.getPrototypeOf(performance) as object, ['now']],
    [process, ['hrtime', 'uptime']],
    [real.hrtime, Reflect.ownKeys(real.hrtime)],
    [timers, Reflect.ownKeys(timers)],
    [timersPromises, Reflect.ownKeys(timersPromises)],
    [Object.getPrototypeOf(scheduler) as object, ['wait']],
    [AbortSignal, ['timeout', 'any', 'abort']],
    ...('Temporal' in globalThis
      ? [[(globalThis as unknown as { Temporal: { Now: object } }).Temporal.Now, ['instant']] as const]
      : []),
  ] as const;
  return holders.flatMap(([holder, keys]) =>
    keys.flatMap((key) => {
      const { value, get, set, ...rest } = Object.getOwnPropertyDescriptor(holder, key) ?? {};
      return [key, value, get, set, rest];
    }),
  );
}

test('every function and attribute is identical after the revert, named imports included', () => {
  const before = descriptors();
  const imported = [namedHrtime, namedUptime, namedSetTimeout, namedSleep];
  const changed = change({ wall: { mode: 'offset', offsetMs: hourMs }, monotonicRate: 2, timersRate: 2 });
  const during = descriptors();
  const differ = before.filter((value, i) => !Object.is(value, during[i]) && typeof value === 'function');
  expect(differ.length).toBeGreaterThanOrEqual(14);
  expect([namedHrtime, namedUptime, namedSetTimeout, namedSleep].some((fn) => imported.includes(fn))).toBe(
    false,
  );
  changed.revert();
  changed.revert();
  const after = descriptors();
  expect(after.length).toBe(before.length);
  for (const [i, value] of after.entries()) {
    if (typeof value === 'object' && value !== null) expect(value).toEqual(before[i]);
    else expect([String(before[i]), Object.is(value, before[i])]).toEqual([String(before[i]), true]);
  }
  expect([namedHrtime, namedUptime, namedSetTimeout, namedSleep]).toEqual(imported);
});

test('Date is Date in all but the time', () => {
  change({ wall: { mode: 'offset', offsetMs: hourMs } });
  near(ahead(Date.now()), hourMs);
  near(ahead(new Date().getTime()), hourMs);
  near(ahead(Date.parse(Date())), hourMs);
  expect(Date).not.toBe(real.Date);

  expect(new Date(0).getTime()).toBe(0);
  expect(new Date(2026, 0, 1).getFullYear()).toBe(2026);
  expect(new Date(earlier).getTime()).toBe(0);
  expect(Number.isNaN(new Date(Number.NaN).getTime())).toBe(true);
  // oxlint-disable-next-line unicorn/no-useless-undefined -- is not the same as no argument
  expect(Number.isNaN(new Date(undefined as unknown as number).getTime())).toBe(true);
  expect([new Date() instanceof Date, earlier instanceof Date, new Date() instanceof real.Date]).toEqual([
    true,
    true,
    true,
  ]);
  expect(new Date().constructor).toBe(Date);
  expect(Object.getPrototypeOf(new Date())).toBe(real.Date.prototype);
  expect([Date.name, Date.length, Date.UTC(2026, 0), Date.parse('1970-01-01')]).toEqual([
    'Date',
    7,
    1_767_225_600_000,
    0,
  ]);
  expect([Date.now.name, Date.now.length, 'prototype' in Date.now]).toEqual(['now', 0, false]);
  expect(types.isDate(new Date())).toBe(true);
  // Node 26 tells of every proxy that it is one.
  expect(inspect(Date)).toMatch(/^(Proxy\()?\[Function: Date\]\)?$/);
  expect(inspect(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  expect(structuredClone(new Date(5))).toEqual(new Date(5));
  expect(Function.prototype.toString.call(Date)).toContain('[native code]');

  class Later extends Date {
    twice() {
      return this.getTime() * 2;
    }
  }
  const later = new Later();
  near(ahead(later.getTime()), hourMs);
  expect([later instanceof Later, later instanceof Date, later.twice()]).toEqual([
    true,
    true,
    later.getTime() * 2,
  ]);
  expect(new Stamp(3).label).toBe('before');
  expect(new Stamp() instanceof Date).toBe(true);
  const bare = Reflect.construct(Date, [], Stamp) as Stamp;
  expect(bare instanceof Stamp).toBe(true);
});

test('whoever took `Date` before reads our `now`; whoever took `Date.now`, or extends it, does not', () => {
  change({ wall: { mode: 'offset', offsetMs: hourMs } });
  near(ahead(real.Date.now()), hourMs);
  near(ahead(real.now()), 0);
  near(ahead(new Stamp().getTime()), 0);
});

test('dates that Intl formats by default', () => {
  const format = new Intl.DateTimeFormat('en', { timeZone: 'UTC', year: 'numeric' });
  const year = 365.25 * 24 * hourMs;
  const realYear = new real.Date(real.now()).getUTCFullYear();
  const kept = format.format;
  change({ wall: { mode: 'offset', offsetMs: 100 * year } });
  const expected = String(new real.Date(real.now() + 100 * year).getUTCFullYear());
  expect(format.format()).toBe(expected);
  expect(format.formatToParts()).toEqual([{ type: 'year', value: expected }]);
  expect(format.format(0)).toBe('1970');
  expect(format.formatToParts(0)).toEqual([{ type: 'year', value: '1970' }]);
  expect(format.formatRange(0, 0)).toBe('1970');
  expect(format.format).toBe(format.format);
  expect([0].map(format.format)).toEqual(['1970']);
  expect(kept()).toBe(String(realYear));
  const { format: during } = format;
  open.pop()?.revert();
  expect(during()).toBe(String(realYear));
  expect(format.format).toBe(kept);
});

test('what a program kept from during the fault is real after it', async () => {
  const changed = change({
    wall: { mode: 'offset', offsetMs: hourMs },
    monotonicRate: 1_000,
    timersRate: 0.001,
  });
  const kept = { Date, now: Date.now, setTimeout, hrtime: process.hrtime, sleep: namedSleep };
  const { now: keptPerformance } = Object.getPrototypeOf(performance) as typeof performance;
  changed.revert();
  near(ahead(kept.now()), 0);
  near(ahead(new kept.Date().getTime()), 0);
  near(Number(kept.hrtime.bigint() - real.hrtime.bigint()) / 1e6, 0);
  near(keptPerformance.call(performance) - real.nowMs(), 0);
  const startedMs = real.nowMs();
  await new Promise((resolve) => kept.setTimeout(resolve, 5));
  await kept.sleep(5);
  expect(real.nowMs() - startedMs).toBeLessThan(1_000);
});

test('monotonic clocks run on from where they are, at the rate, and agree', () => {
  const before = [performance.now(), Number(process.hrtime.bigint()) / 1e6, process.uptime() * 1_000];
  const changed = change({ monotonicRate: 100 });
  const from = [performance.now(), Number(process.hrtime.bigint()) / 1e6, process.uptime() * 1_000];
  for (const [i, ms] of from.entries()) expect(ms).toBeGreaterThanOrEqual(before[i] ?? 0);
  const pair = process.hrtime();
  const realMs = real.nowMs();
  while (real.nowMs() < realMs + 30);
  const gone = [performance.now(), Number(process.hrtime.bigint()) / 1e6, process.uptime() * 1_000].map(
    (ms, i) => ms - (from[i] ?? 0),
  );
  for (const ms of gone) expect(ms).toBeGreaterThan(2_900);
  expect(Math.max(...gone) - Math.min(...gone)).toBeLessThan(2_000);
  const [seconds, nanoseconds] = process.hrtime(pair);
  expect(seconds * 1_000 + nanoseconds / 1e6).toBeGreaterThan(2_900);
  expect(nanoseconds).toBeGreaterThanOrEqual(0);
  expect(() => process.hrtime('now' as never)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
  );
  expect(() => Reflect.apply(performance.now, {}, [])).toThrow(TypeError);

  let last = process.hrtime.bigint();
  const second = change({ monotonicRate: 0.001 });
  for (let i = 0; i < 5_000; i += 1) {
    const now = process.hrtime.bigint();
    if (now < last) expect.unreachable(`${now} after ${last}`);
    last = now;
  }
  second.revert();
  expect(process.hrtime.bigint()).toBeGreaterThanOrEqual(last);
  changed.revert();
  near(performance.now() - real.nowMs(), 0);
});

test('timers, their promises and AbortSignal.timeout come at the rate', async () => {
  change({ timersRate: 100 });
  const startedMs = real.nowMs();
  const waits = [
    new Promise((resolve) => setTimeout(resolve, 6_000)),
    new Promise((resolve) => timers.setTimeout(resolve, 6_000)),
    new Promise((resolve) => namedSetTimeout(resolve, 6_000)),
    promisify(setTimeout)(6_000, 'value'),
    namedSleep(6_000),
    timersPromises.setTimeout(6_000),
    scheduler.wait(6_000),
    new Promise((resolve) => AbortSignal.timeout(6_000).addEventListener('abort', resolve)),
    (async () => {
      let ticks = 0;
      for await (const value of timersPromises.setInterval(2_000, 'tick')) {
        expect(value).toBe('tick');
        ticks += 1;
        if (ticks === 3) break;
      }
    })(),
    new Promise<void>((resolve) => {
      let ticks = 0;
      const interval = setInterval(() => {
        ticks += 1;
        if (ticks < 3) return;
        clearInterval(interval);
        resolve();
      }, 2_000);
    }),
  ];
  const values = await Promise.all(waits);
  expect(values[3]).toBe('value');
  expect(real.nowMs() - startedMs).toBeGreaterThanOrEqual(58);
  expect(real.nowMs() - startedMs).toBeLessThan(3_000);
  expect(setTimeout).toBe(timers.setTimeout);
});

test('a timer is a real one', () => {
  change({ timersRate: 0.5 });
  const timer = setTimeout(() => undefined, 10_000);
  expect(timer.constructor.name).toBe('Timeout');
  expect([timer.hasRef(), timer.unref().hasRef(), timer.ref().hasRef()]).toEqual([true, false, true]);
  expect(timer.refresh()).toBe(timer);
  expect(Number.isInteger(Number(timer))).toBe(true);
  clearTimeout(Number(timer));
  const disposable = setInterval(() => undefined, 10_000);
  disposable[Symbol.dispose]();
  expect(() => setTimeout(...([5, 1] as unknown as [() => void]))).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
  );
  expect(() => AbortSignal.timeout(-1)).toThrow(RangeError);
  const at = setTimeout((...args: unknown[]) => expect(args).toEqual([1, 2]), 0, 1, 2);
  expect(at.hasRef()).toBe(true);
  clearTimeout(at);
});

test('what waits when the clock is put back keeps its deadline; intervals and refreshed timers wait as asked after that', async () => {
  const changed = change({ timersRate: 20 });
  const fired: Record<string, number[]> = { timeout: [], interval: [], iterator: [], refreshed: [] };
  const startedMs = real.nowMs();
  const note = (name: string) => fired[name]?.push(real.nowMs() - startedMs);
  setTimeout(() => note('timeout'), 1_000);
  const interval = setInterval(() => note('interval'), 600);
  const refreshed = setTimeout(() => note('refreshed'), 600);
  const iterator = (async () => {
    for await (const _ of timersPromises.setInterval(600)) {
      note('iterator');
      if ((fired['iterator']?.length ?? 0) === 2) break;
    }
  })();
  const slowed = setInterval(() => undefined, 600);
  clearInterval(slowed);
  changed.revert();
  refreshed.refresh();
  await iterator;
  await new Promise((resolve) => setTimeout(resolve, 150));
  clearInterval(interval);
  const { timeout = [], interval: ticks = [], iterator: turns = [], refreshed: again = [] } = fired;
  expect(timeout[0]).toBeLessThan(500);
  expect(ticks[0]).toBeLessThan(500);
  expect((ticks[1] ?? 0) - (ticks[0] ?? 0)).toBeGreaterThan(500);
  expect(turns[0]).toBeLessThan(500);
  expect((turns[1] ?? 0) - (turns[0] ?? 0)).toBeGreaterThan(500);
  expect(again[0]).toBeGreaterThan(500);
});

test('a timer from before the fault keeps its deadline', async () => {
  const startedMs = real.nowMs();
  const waiting = new Promise((resolve) => setTimeout(resolve, 60));
  change({ timersRate: 0.01 });
  await waiting;
  expect(real.nowMs() - startedMs).toBeLessThan(2_000);
});

test('reads are counted by clock, and looking counts as none', async () => {
  change({ wall: { mode: 'offset', offsetMs: 1 }, monotonicRate: 2, timersRate: 2 });
  const before = clockReads();
  Date.now();
  void new Date();
  void new Date(5);
  new Intl.DateTimeFormat().format();
  performance.now();
  process.hrtime();
  process.hrtime.bigint();
  process.uptime();
  clearTimeout(setTimeout(() => undefined, 1));
  await namedSleep(1);
  lookAtClocks();
  const { wall, monotonic, timers: set } = clockReads();
  expect([wall - before.wall, monotonic - before.monotonic, set - before.timers]).toEqual([3, 4, 2]);
});

test('several changes act together, and each goes alone', () => {
  const first = change({ wall: { mode: 'offset', offsetMs: hourMs } });
  const second = change({ wall: { mode: 'offset', offsetMs: -3 * hourMs }, monotonicRate: 2 });
  near(lookAtClocks().wallAheadMs, -2 * hourMs);
  first.revert();
  near(lookAtClocks().wallAheadMs, -3 * hourMs);
  second.revert();
  expect(Date).toBe(real.Date);
});

test('what stands by changes nothing, and reaches what was taken while it stood', () => {
  const standing = standBy();
  open.push(standing);
  const kept = { Date, now: Date.now };
  near(ahead(kept.now()), 0);
  const changed = change({ wall: { mode: 'freeze' }, monotonicRate: 50 });
  const frozen = kept.now();
  const realMs = real.nowMs();
  while (real.nowMs() < realMs + 20);
  expect([kept.now(), new kept.Date().getTime()]).toEqual([frozen, frozen]);
  changed.revert();
  near(ahead(kept.now()), 0);
  expect(Math.abs(performance.now() - real.nowMs())).toBeLessThan(50);
  expect(Date).toBe(kept.Date);
});

test('what somebody else put in our place stays there, and is said', () => {
  const changed = changeClocks({ wall: { mode: 'offset', offsetMs: hourMs } });
  const ours = Date;
  const theirs = class extends ours {};
  globalThis.Date = theirs as DateConstructor;
  expect(() => changed.revert()).toThrow(ChaosError);
  expect(() => changed.revert()).toThrow(/expected Date to be ours still/);
  expect(globalThis.Date).toBe(theirs);
  near(ahead(new Date().getTime()), 0);
  expect(activePatches()).toEqual(['Date (clock functions of this thread)']);
  globalThis.Date = real.Date;
  changed.revert();
  expect(activePatches()).toEqual([]);
});
