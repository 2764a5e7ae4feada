import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sample } from '../model/events.js';
import type { Probe, ProbeAnswer } from '../model/probe.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { functionProbe } from './function-probe.js';
import type { ProbeDecision } from './prober-options.js';
import { type Prober, startProber } from './prober.js';

const never = new AbortController().signal;
/** The time limit of probes here, unless they say otherwise. */
const limitMs = 2_000;

/** A prober on a virtual clock that began 1,000 ms after the run, with all that came out of it. */
class Bench implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly samples: Sample[] = [];
  readonly decisions: ProbeDecision[] = [];
  readonly stop = new AbortController();
  /** How late the timers of time limits fire, as real ones do. */
  limitsLateMs = 0;
  #prober: Prober | null = null;

  get prober(): Prober {
    return (this.#prober ??= this.start([]));
  }

  start(probes: readonly Probe[]): Prober {
    const { clock } = this;
    this.#prober = startProber({
      probes,
      clock: {
        nowMs: () => clock.nowMs(),
        wallMs: () => clock.wallMs(),
        sleep: (ms, signal) => clock.sleep(ms === limitMs ? ms + this.limitsLateMs : ms, signal),
      },
      startedAtMs: this.clock.nowMs() - 1_000,
      emit: (sample) => this.samples.push(sample),
      onDecision: (decision) => this.decisions.push(decision),
      signal: this.stop.signal,
    });
    return this.#prober;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clock.run(Promise.resolve(this.prober[Symbol.asyncDispose]()));
  }

  /** One line a sample: intended start, attempt, outcome, latency, when it was emitted, detail. */
  lines(probe?: string): string {
    return this.samples
      .filter((sample) => probe === undefined || sample.probe === probe)
      .map(({ intendedAt, attempt, outcome, latencyMs, t, detail }) =>
        `${intendedAt}#${attempt} ${outcome} ${latencyMs} @${t} ${detail ?? ''}`.trimEnd(),
      )
      .join('\n');
  }

  decided(): string {
    return this.decisions.map(({ intendedAt, ok }) => `${intendedAt} ${ok ? 'ok' : 'not ok'}`).join('\n');
  }
}

/** Answers the n-th ask after `serviceMs(n)`, and ends at once when it is aborted. */
function serviceProbe(
  clock: VirtualClock,
  serviceMs: (n: number) => number,
  settings: Partial<Probe> = {},
): Probe & { readonly asks: { started: number; aborted: number; running: number } } {
  const asks = { started: 0, aborted: 0, running: 0 };
  return {
    name: 'service',
    everyMs: 1_000,
    timeoutMs: limitMs,
    retries: 0,
    ticks: 'overlapping',
    async ask(signal): Promise<ProbeAnswer> {
      const n = asks.started;
      asks.started += 1;
      asks.running += 1;
      try {
        await clock.sleep(serviceMs(n), signal);
        return { ok: true };
      } catch (error) {
        asks.aborted += 1;
        throw error;
      } finally {
        asks.running -= 1;
      }
    },
    ...settings,
    asks,
  };
}

test('asks at fixed times whatever the answers take, and counts latency from the intended start', async () => {
  await using bench = new Bench();
  const times = [1_500, 10, 2_500, 2_000];
  const probe = serviceProbe(bench.clock, (n) => times[n] ?? 0);
  bench.start([probe]);
  await bench.clock.advance(5_500);
  expect(bench.lines()).toMatchInlineSnapshot(`
    "2000#0 passed 10 @2010
    1000#0 passed 1500 @2500
    3000#0 timeout 2000 @5000 no answer within 2 s
    5000#0 passed 0 @5000
    4000#0 passed 2000 @6000
    6000#0 passed 0 @6000"
  `);
  expect(bench.decided()).toMatchInlineSnapshot(`
    "2000 ok
    1000 ok
    3000 not ok
    5000 ok
    4000 ok
    6000 ok"
  `);
  expect(probe.asks).toEqual({ started: 6, aborted: 1, running: 0 });
});

test('an eleventh ask in flight is an overrun, with the time limit as latency', async () => {
  await using bench = new Bench();
  const times = Array.from({ length: 12 }, () => 900);
  bench.start([serviceProbe(bench.clock, (n) => times[n] ?? 5, { everyMs: 75, timeoutMs: 1_000 })]);
  await bench.clock.advance(1_100);
  expect(bench.lines()).toMatchInlineSnapshot(`
    "1750#0 overrun 1000 @1750 not asked: 10 asks in flight
    1825#0 overrun 1000 @1825 not asked: 10 asks in flight
    1000#0 passed 900 @1900
    1075#0 passed 900 @1975
    1150#0 passed 900 @2050
    2050#0 passed 5 @2055"
  `);
});

test.each([0, 1])(
  'ten limits that pass when the next tick is due leave room for it, timers %i ms late',
  async (late) => {
    await using bench = new Bench();
    bench.limitsLateMs = late;
    bench.start([serviceProbe(bench.clock, () => 60_000, { everyMs: 200 })]);
    await bench.clock.advance(60_001);
    expect(bench.samples.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 291 }, () => 'timeout'));
  },
);

test('an answer past the time limit is a timeout, even when it comes before the timer of the limit', async () => {
  await using bench = new Bench();
  bench.limitsLateMs = 100;
  const times = [2_000, 2_001];
  bench.start([serviceProbe(bench.clock, (n) => times[n] ?? 0, { everyMs: 10_000 })]);
  await bench.clock.advance(15_000);
  expect(bench.lines()).toMatchInlineSnapshot(`
    "1000#0 passed 2000 @3000
    11000#0 timeout 2000 @13001 no answer within 2 s"
  `);
});

test('a function that has answered never sees its signal aborted', async () => {
  await using bench = new Bench();
  const signals: AbortSignal[] = [];
  bench.start([functionProbe({ name: 'check', check: ({ signal }) => signals.push(signal) })]);
  await bench.clock.advance(1_500);
  await bench[Symbol.asyncDispose]();
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
});

test('a blocked event loop makes an overrun of every tick that was not looked at in time', async () => {
  await using bench = new Bench();
  // An overrun is never retried.
  bench.start([serviceProbe(bench.clock, () => 10, { everyMs: 200, retries: 3 })]).setRetrying(true);
  await bench.clock.advance(450);
  bench.clock.block(1_000);
  await bench.clock.advance(250);
  expect(bench.lines()).toMatchInlineSnapshot(`
    "1000#0 passed 10 @1010
    1200#0 passed 10 @1210
    1400#0 passed 10 @1410
    1600#0 overrun 850 @2450 not asked: late by 850 ms
    1800#0 overrun 650 @2450 not asked: late by 650 ms
    2000#0 overrun 450 @2450 not asked: late by 450 ms
    2200#0 overrun 250 @2450 not asked: late by 250 ms
    2400#0 passed 60 @2460
    2600#0 passed 10 @2610"
  `);
});

test('being late by little is noise: the tick is asked all the same, with the lateness in its latency', async () => {
  await using bench = new Bench();
  bench.start([serviceProbe(bench.clock, () => 0, { everyMs: 20 })]);
  await bench.clock.advance(10);
  bench.clock.block(60);
  await bench.clock.advance(0);
  expect(bench.lines()).toMatchInlineSnapshot(`
    "1000#0 passed 0 @1000
    1020#0 passed 50 @1070
    1040#0 passed 30 @1070
    1060#0 passed 10 @1070"
  `);
});

test('a tick that is late by more than its time limit is not asked', async () => {
  await using bench = new Bench();
  const probe = serviceProbe(bench.clock, () => 0, { everyMs: 10_000 });
  bench.start([probe]);
  await bench.clock.advance(9_000);
  bench.clock.block(4_000);
  await bench.clock.advance(0);
  expect(bench.lines()).toMatchInlineSnapshot(`
    "1000#0 passed 0 @1000
    11000#0 overrun 3000 @14000 not asked: late by 3 s"
  `);
});

test('ticks that are due while a shared call runs take its answer, each with its own latency', async () => {
  await using bench = new Bench();
  const times = [1_800, 50, 900];
  const probe = serviceProbe(bench.clock, (n) => times[n] ?? 20, { everyMs: 500, ticks: 'shared' });
  bench.start([probe]);
  await bench.clock.advance(4_100);
  expect(bench.lines()).toMatchInlineSnapshot(`
    "1000#0 passed 1800 @2800
    1500#0 passed 1300 @2800
    2000#0 passed 800 @2800
    2500#0 passed 300 @2800
    3000#0 passed 50 @3050
    3500#0 passed 900 @4400
    4000#0 passed 400 @4400
    4500#0 passed 20 @4520
    5000#0 passed 20 @5020"
  `);
  expect(probe.asks.started).toBe(5);
});

test('a shared call that is ended by its time limit makes place for the next one', async () => {
  await using bench = new Bench();
  const times = [60_000];
  const probe = serviceProbe(bench.clock, (n) => times[n] ?? 20, { ticks: 'shared', everyMs: 800 });
  bench.start([probe]);
  await bench.clock.advance(4_900);
  expect(bench.lines()).toMatchInlineSnapshot(`
    "1000#0 timeout 2000 @3000 no answer within 2 s
    3400#0 passed 20 @3420
    1800#0 timeout 2000 @3800 no answer within 2 s
    4200#0 passed 20 @4220
    2600#0 timeout 2000 @4600 no answer within 2 s
    5000#0 passed 20 @5020
    5800#0 passed 20 @5820"
  `);
});

test('a function that hangs for ever is one call, and every tick fails at its own limit', async () => {
  await using bench = new Bench();
  let calls = 0;
  let aborts = 0;
  let release = (): void => undefined;
  const check = ({ signal }: { readonly signal: AbortSignal }) => {
    calls += 1;
    signal.addEventListener('abort', () => {
      aborts += 1;
    });
    if (calls > 1) return true;
    return new Promise((resolve) => {
      release = () => resolve(true);
    });
  };
  bench.start([functionProbe({ name: 'check', check })]);
  await bench.clock.advance(600_000);
  expect([calls, aborts]).toEqual([1, 1]);
  // The next tick and the two or three that wait for their limit: nothing piles up.
  expect(bench.clock.pending).toBeLessThanOrEqual(4);
  expect(bench.lines().split('\n').slice(0, 3).join('\n')).toMatchInlineSnapshot(`
    "1000#0 timeout 2000 @3000 no answer within 2 s
    2000#0 timeout 2000 @4000 no answer within 2 s: the call of 3 s ago still hangs
    3000#0 timeout 2000 @5000 no answer within 2 s: the call of 4 s ago still hangs"
  `);
  const before = bench.samples.length;
  expect(bench.decisions.every(({ ok }) => !ok)).toBe(true);
  release();
  await bench.clock.advance(4_000);
  expect(bench.lines().split('\n').slice(before).join('\n')).toMatchInlineSnapshot(`
    "600000#0 timeout 2000 @602000 no answer within 2 s
    602000#0 passed 0 @602000
    601000#0 timeout 2000 @603000 no answer within 2 s
    603000#0 passed 0 @603000
    604000#0 passed 0 @604000
    605000#0 passed 0 @605000"
  `);
  expect(calls).toBe(5);
});

test('a function that blocks answers its own ticks, and makes those of others overrun', async () => {
  await using bench = new Bench();
  const { clock } = bench;
  let calls = 0;
  const check = () => {
    calls += 1;
    if (calls === 2) clock.block(2_300);
    return true;
  };
  const own = functionProbe({ name: 'blocking', check, timeout: '3s' });
  bench.start([own, serviceProbe(clock, () => 5, { name: 'other', timeoutMs: 3_000 })]);
  await clock.advance(4_500);
  expect(bench.lines('blocking')).toMatchInlineSnapshot(`
    "1000#0 passed 0 @1000
    2000#0 passed 2300 @4300
    3000#0 passed 1300 @4300
    4000#0 passed 300 @4300
    5000#0 passed 0 @5000"
  `);
  expect(bench.lines('other')).toMatchInlineSnapshot(`
    "1000#0 passed 5 @1005
    2000#0 overrun 2300 @4300 not asked: late by 2.3 s
    3000#0 overrun 1300 @4300 not asked: late by 1.3 s
    4000#0 passed 305 @4305
    5000#0 passed 5 @5005"
  `);
  expect(calls).toBe(3);
});

test('what a failing function says becomes the detail', async () => {
  await using bench = new Bench();
  const answers: (() => unknown)[] = [
    () => true,
    () => false,
    () => undefined,
    () => 0,
    () => ({ api: true, db: false, cache: false }),
    () => ({ cached: false, price: 3 }),
    () => Promise.reject(new Error('pool is empty')),
    () => {
      throw new TypeError('db is not a function');
    },
    () => Promise.reject(new Error('x'.repeat(5_000))),
  ];
  bench.start([functionProbe({ name: 'check', check: () => answers[bench.samples.length]?.() })]);
  await bench.clock.advance(8_500);
  const long = 'x'.repeat(500);
  expect(bench.lines().replace(long, '(500 x)')).toMatchInlineSnapshot(`
    "1000#0 passed 0 @1000
    2000#0 failed 0 @2000 expected a healthy answer, got false
    3000#0 failed 0 @3000 expected a healthy answer, got undefined
    4000#0 passed 0 @4000
    5000#0 failed 0 @5000 not healthy: db, cache
    6000#0 passed 0 @6000
    7000#0 failed 0 @7000 pool is empty
    8000#0 failed 0 @8000 db is not a function
    9000#0 failed 0 @9000 (500 x)"
  `);
});

test('retries follow a failure at once while they are on, every attempt is a sample, any pass decides', async () => {
  await using bench = new Bench();
  const outcomes = 'FP FFP FFF PF'.replaceAll(' ', '').split('');
  let asked = 0;
  const check = async ({ signal }: { readonly signal: AbortSignal }) => {
    const outcome = outcomes[asked];
    asked += 1;
    await bench.clock.sleep(100, signal);
    if (outcome === 'F') throw new Error(`ask ${asked}`);
  };
  const probe: Probe = {
    ...functionProbe({ name: 'check', check: () => true, retries: 2 }),
    ask: askWith(check),
  };
  bench.start([probe]).setRetrying(true);
  await bench.clock.advance(3_500);
  bench.prober.setRetrying(false);
  await bench.clock.advance(1_000);
  expect(bench.lines()).toMatchInlineSnapshot(`
    "1000#0 failed 100 @1100 ask 1
    1100#1 passed 100 @1200
    2000#0 failed 100 @2100 ask 3
    2100#1 failed 100 @2200 ask 4
    2200#2 passed 100 @2300
    3000#0 failed 100 @3100 ask 6
    3100#1 failed 100 @3200 ask 7
    3200#2 failed 100 @3300 ask 8
    4000#0 passed 100 @4100
    5000#0 failed 100 @5100 ask 10"
  `);
  expect(bench.decided()).toMatchInlineSnapshot(`
    "1000 ok
    2000 ok
    3000 not ok
    4000 ok
    5000 not ok"
  `);
});

function askWith(check: (context: { readonly signal: AbortSignal }) => Promise<void>): Probe['ask'] {
  return async (signal) => {
    await check({ signal });
    return { ok: true };
  };
}

test('ticks that shared a failed call share its retry', async () => {
  await using bench = new Bench();
  let calls = 0;
  const probe: Probe = {
    ...serviceProbe(bench.clock, () => 0, { everyMs: 100, ticks: 'shared', retries: 1 }),
    async ask(signal) {
      calls += 1;
      const ok = calls > 1;
      await bench.clock.sleep(250, signal);
      return { ok };
    },
  };
  bench.start([probe]).setRetrying(true);
  await bench.clock.advance(500);
  expect(bench.lines()).toMatchInlineSnapshot(`
    "1000#0 failed 250 @1250
    1100#0 failed 150 @1250
    1200#0 failed 50 @1250
    1250#1 passed 250 @1500
    1250#1 passed 250 @1500
    1250#1 passed 250 @1500
    1300#0 passed 200 @1500
    1400#0 passed 100 @1500"
  `);
  expect(bench.decided()).toMatchInlineSnapshot(`
    "1000 ok
    1100 ok
    1200 ok
    1300 ok
    1400 ok"
  `);
});

test('disposing stops the ticks, aborts what is in flight and emits nothing for it', async () => {
  const bench = new Bench();
  const probes = (['overlapping', 'shared'] as const).map((ticks) =>
    serviceProbe(bench.clock, () => 1_500, { name: ticks, ticks, everyMs: 500, retries: 5 }),
  );
  bench.start(probes).setRetrying(true);
  await bench.clock.advance(1_750);
  const before = bench.lines();
  await bench[Symbol.asyncDispose]();
  expect(bench.clock.pending).toBe(0);
  await bench.clock.advance(60_000);
  expect(bench.lines()).toBe(before);
  expect(probes.map(({ asks }) => asks)).toEqual([
    { started: 4, aborted: 3, running: 0 },
    { started: 2, aborted: 1, running: 0 },
  ]);
  expect([bench.clock.nowMs(), bench.clock.pending]).toEqual([61_750, 0]);
  await bench[Symbol.asyncDispose]();
});

test('disposing waits for a function that ignores its signal, but no longer than a second', async () => {
  const bench = new Bench();
  const sleep = (ms: number) => bench.clock.sleep(ms, never);
  bench.start([functionProbe({ name: 'check', check: () => sleep(700) })]);
  await bench.clock.advance(100);
  await bench[Symbol.asyncDispose]();
  expect(bench.clock.nowMs()).toBe(700);
  bench.start([functionProbe({ name: 'check', check: () => sleep(60_000) })]);
  await bench[Symbol.asyncDispose]();
  expect(bench.clock.nowMs()).toBe(1_700);
  expect(bench.samples).toEqual([]);
});

test('the signal ends the ticks as well, and one that was aborted before asks nothing', async () => {
  await using bench = new Bench();
  const probe = serviceProbe(bench.clock, () => 5);
  bench.start([probe]);
  await bench.clock.advance(1_500);
  bench.stop.abort();
  await bench.clock.advance(5_000);
  expect([bench.samples.length, bench.clock.pending]).toEqual([2, 0]);
  bench.start([probe]);
  await bench.clock.advance(5_000);
  expect(probe.asks.started).toBe(2);
});

test('law: with room in flight, every tick has one sample, min(service time, limit) after its intended start', async () => {
  const serviceTimes = fc.array(fc.integer({ min: 0, max: 1_500 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(serviceTimes, async (times) => {
      await using bench = new Bench();
      bench.start([serviceProbe(bench.clock, (n) => times[n] ?? 0, { everyMs: 100, timeoutMs: 1_000 })]);
      await bench.clock.advance(times.length * 100 + 1_000);
      const samples = bench.samples.toSorted((a, b) => a.intendedAt - b.intendedAt).slice(0, times.length);
      expect(samples).toEqual(
        times.map((ms, n) =>
          expect.objectContaining({
            intendedAt: 1_000 + n * 100,
            outcome: ms <= 1_000 ? 'passed' : 'timeout',
            latencyMs: Math.min(ms, 1_000),
          }),
        ),
      );
    }),
    { numRuns: 50 },
  );
});

test('law: shared calls never overlap, each tick is decided once, and takes the call that ran when it was due', async () => {
  const serviceTimes = fc.array(fc.integer({ min: 1, max: 450 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(serviceTimes, async (times) => {
      await using bench = new Bench();
      const probe = serviceProbe(bench.clock, (n) => times[n] ?? 1, { everyMs: 100, ticks: 'shared' });
      bench.start([probe]);
      await bench.clock.advance(times.length * 100 - 1 + 500);
      // The model: a tick joins the call under way, or starts the next one.
      const expected: number[] = [];
      let [calls, endsAt] = [0, 0];
      for (let dueAt = 0; dueAt < times.length * 100; dueAt += 100) {
        if (dueAt >= endsAt) {
          endsAt = dueAt + (times[calls] ?? 1);
          calls += 1;
        }
        expected.push(endsAt - dueAt);
      }
      const samples = bench.samples.toSorted((a, b) => a.intendedAt - b.intendedAt).slice(0, times.length);
      expect(samples.map(({ latencyMs }) => latencyMs)).toEqual(expected);
      expect(samples.map(({ intendedAt }) => intendedAt)).toEqual(times.map((_, n) => 1_000 + n * 100));
    }),
    { numRuns: 50 },
  );
});
