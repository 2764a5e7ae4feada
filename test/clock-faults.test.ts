import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import Module from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import {
  CHAOS_SCENARIOS,
  ChaosExperiment,
  ChaosOrchestrator,
  FaultInjector,
  thisProcessTarget,
} from '../src/index.js';
import { activePatches } from '../src/interpose/active-patches.js';
import type { ChaosEvent } from '../src/model/events.js';
import { closedPort, never } from './network-servers.js';
import { nodeUnderTest } from './node-under-test.js';

const { time_skew: skew, clock_drift: drift } = CHAOS_SCENARIOS;
const stateDirectory = mkdtempSync(join(tmpdir(), 'chaosx-clock-state-'));
const resultsDirectory = mkdtempSync(join(tmpdir(), 'chaosx-clock-results-'));
afterAll(() => {
  for (const folder of [stateDirectory, resultsDirectory]) rmSync(folder, { recursive: true, force: true });
});
afterEach(() => expect(activePatches()).toEqual([]));

// As they are before any fault.
const RealDate = Date;
const { now } = Date;
const nowMs = performance.now.bind(performance);
const target = thisProcessTarget('app');
const injector = new FaultInjector({ stateDirectory });

test('an experiment on this process keeps to real time while the clocks of the program stand still, race, and are a day behind', async () => {
  const server = http.createServer((_request, response) => response.end('here'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const seen: number[] = [];
  const [startedWallMs, startedMs] = [now(), nowMs()];
  const orchestrator = new ChaosOrchestrator({ resultsDirectory, stateDirectory });
  const results = await orchestrator.runExperiment(
    new ChaosExperiment({
      name: 'clocks',
      baseline: '300ms',
      holdTime: '300ms',
      maxRecoveryWait: '5s',
      scenarios: [
        skew.with({ name: 'frozen', duration: 1.5, parameters: { mode: 'freeze' } }),
        drift.with({ name: 'tenfold', duration: 1.5, parameters: { rate: 10 } }),
        skew.with({ name: 'yesterday', duration: 1.5, parameters: { offset: '-1d' } }),
      ],
      targetSystem: target,
      probes: [
        { name: 'http', http: `http://127.0.0.1:${port}/`, every: '50ms', timeout: '1s' },
        { name: 'program', every: '50ms', check: () => seen.push(Date.now() - now()) > 0 },
      ],
    }),
  );
  const [tookMs, endedWallMs] = [nowMs() - startedMs, now()];
  server.closeAllConnections();
  server.close();

  expect(results.scenarios.map(({ name, verdict, evidence }) => [name, verdict, evidence?.active])).toEqual([
    ['frozen', 'held', 'yes'],
    ['tenfold', 'held', 'yes'],
    ['yesterday', 'held', 'yes'],
  ]);
  expect(results.cleanExit).toMatchObject({ clean: true, leftovers: [] });
  // The program saw all three, the run none.
  expect(seen.some((ms) => ms < -86_000_000)).toBe(true);
  expect(seen.some((ms) => ms > 1_000)).toBe(true);
  expect(seen.some((ms) => ms < -300 && ms > -3_000)).toBe(true);
  const runStartMs = new Date(results.startedAt).getTime();
  expect(runStartMs).toBeGreaterThanOrEqual(startedWallMs - 1);
  expect(runStartMs).toBeLessThanOrEqual(endedWallMs);
  expect(results.durationSeconds * 1_000).toBeLessThanOrEqual(tookMs);
  expect(results.durationSeconds * 1_000).toBeGreaterThan(4_500);
  for (const { injectedAtMs, revertedAtMs } of results.scenarios) {
    const activeMs = (revertedAtMs ?? 0) - (injectedAtMs ?? 0);
    expect(activeMs).toBeGreaterThan(1_450);
    expect(activeMs).toBeLessThan(4_000);
  }
  for (const { probes } of results.metrics.scenarios) {
    for (const { samples, failed, responseTimes } of probes) {
      // Ten times as fast, there would be some three hundred.
      expect(samples).toBeGreaterThan(10);
      expect(samples).toBeLessThan(85);
      expect(failed).toBe(0);
      expect(responseTimes.during?.maxMs).toBeLessThan(1_000);
    }
  }
  const events = eventsOf(results.runId);
  expect(events.map(({ t }) => t)).toEqual(events.map(({ t }) => t).toSorted((a, b) => a - b));
  expect(events.at(-1)?.t).toBeLessThanOrEqual(tookMs);
  const year = new RealDate(now()).getUTCFullYear();
  expect(results.runId).toMatch(new RegExp(`^${year}`));
  expect(results.scenarios[2]?.evidence?.details?.[0]).toMatchObject({
    title: 'The clock as the target saw it',
    rows: expect.arrayContaining([
      [
        'wall (Date, Intl, Temporal)',
        'wall clock 24 h back',
        expect.stringMatching(/^-86,(400,000|399,99\d) ms$/),
        expect.stringMatching(/ ×$/),
        expect.stringMatching(/^\d+ reads$/),
      ],
    ]),
  });
});

function eventsOf(runId: string): readonly ChaosEvent[] {
  const folders = readdirSync(resultsDirectory, { recursive: true, encoding: 'utf8' });
  const path = folders.find((name) => name.endsWith('events.jsonl') && name.length > 0);
  if (path === undefined) throw new Error(`no events of ${runId}`);
  return readFileSync(join(resultsDirectory, path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ChaosEvent);
}

test('receipts that are written while the clock is wrong expire at a real time', async () => {
  await using _yesterday = await injector.inject(skew.with({ parameters: { offset: '-1d' } }), target);
  await using _second = await injector.inject(
    drift.with({ parameters: { rate: 2, clocks: ['timers'] } }),
    target,
  );
  const times = readdirSync(stateDirectory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl') || name.endsWith('.journal'))
    .flatMap((name) => [...readFileSync(join(stateDirectory, name), 'latin1').matchAll(/"expiresAt":(\d+)/g)])
    .map(([, ms]) => Number(ms));
  expect(times.length).toBeGreaterThanOrEqual(2);
  for (const ms of times) expect(Math.abs(ms - now())).toBeLessThan(3_600_000);
});

test('what the evidence says of clocks at another rate', async () => {
  await using injection = await injector.inject(drift.with({ parameters: { rate: 4 } }), target);
  void new Date();
  performance.now();
  clearTimeout(setTimeout(() => undefined, 1));
  const { active, measured, exposure, details } = await injection.check(never);
  expect(active).toBe('yes');
  expect(measured).toMatchObject({
    quantity: "speed of the target's monotonic clock against real time",
    baseline: 1,
    expected: 'wall, monotonic, timers at 4 times real speed',
  });
  expect(measured.during).toBeCloseTo(4, 0);
  expect(exposure).toMatchObject({
    kind: 'counted',
    what: 'reads of the wall and monotonic clock and timers set',
  });
  expect(exposure.kind === 'counted' && exposure.n).toBeGreaterThanOrEqual(3);
  expect(details?.[0]?.rows.map(([clock]) => clock)).toEqual([
    'wall (Date, Intl, Temporal)',
    'monotonic (performance.now, hrtime)',
    'timers',
    'functions kept from before',
  ]);
  expect(details?.[0]?.rows[2]?.[3]).toMatch(/^[34](\.\d+)? ×$/);
  await injection.revert(never);
  expect(await injection.checkAfter(never)).toMatchObject({ back: 'yes' });
});

test('a function that a module exports from before the fault is told of', async () => {
  const { _cache: loaded } = Module as unknown as { readonly _cache: Record<string, unknown> };
  const kept = { exports: { now: Date.now, Later: class extends Date {} } };
  const keptText = async () => {
    await using injection = await injector.inject(skew, target);
    const [table] = (await injection.check(never)).details ?? [];
    return table?.rows.at(-1)?.[1] ?? '';
  };
  const before = Number.parseInt(await keptText(), 10);
  loaded['kept-from-before'] = kept;
  try {
    expect(Number.parseInt(await keptText(), 10)).toBe(before + 2);
  } finally {
    Reflect.deleteProperty(loaded, 'kept-from-before');
  }
  expect(await keptText()).toContain('what code keeps in variables of its own cannot be counted');
});

test('steps that would leave what a date can hold are refused, and nothing is done', async () => {
  const scenario = skew.with({
    duration: '1h',
    parameters: { mode: 'step', offset: '50000000d', every: '1s' },
  });
  await expect(injector.inject(scenario, target)).rejects.toThrow(/leave what a date can hold/);
  expect(Date).toBe(RealDate);
});

test('a clock that somebody puts back is seen: the fault is no longer active', async () => {
  await using injection = await injector.inject(skew, target);
  const ours = Object.getOwnPropertyDescriptor(globalThis, 'Date');
  class RightDate extends RealDate {
    static override now() {
      return now();
    }
  }
  globalThis.Date = RightDate as DateConstructor;
  expect((await injection.check(never)).active).toBe('no');
  Object.defineProperty(globalThis, 'Date', ours ?? {});
  expect((await injection.check(never)).active).toBe('yes');
});

test('an experiment on a started process has our functions come first, and its report says so', async () => {
  const port = await closedPort();
  const program = fileURLToPath(new URL('fixtures/tells-time.mjs', import.meta.url));
  const orchestrator = new ChaosOrchestrator({ resultsDirectory: null, stateDirectory });
  const results = await orchestrator.runExperiment(
    new ChaosExperiment({
      name: 'a started clock',
      baseline: '300ms',
      holdTime: '300ms',
      scenarios: [skew.with({ duration: 2, parameters: { offset: '-1d' } })],
      targetSystem: {
        name: 'service',
        start: [nodeUnderTest, program],
        env: { PORT: String(port) },
        ready: { tcp: `127.0.0.1:${port}` },
      },
      probes: [{ name: 'clocks', http: `http://127.0.0.1:${port}/clocks`, every: '400ms', timeout: '2s' }],
      successCriteria: { passRate: 0.5 },
    }),
  );
  const [scenario] = results.scenarios;
  expect(scenario).toMatchObject({ backend: 'agent', verdict: 'held', evidence: { active: 'yes' } });
  const rows = scenario?.evidence?.details?.[0]?.rows ?? [];
  expect(rows[0]?.slice(0, 2)).toEqual(['wall (Date, Intl, Temporal)', 'wall clock 24 h back']);
  expect(rows[0]?.[2]).toMatch(/^-86,(400,000|399,99\d) ms$/);
  expect(rows.at(-1)?.[1]).toBe('none: ours were in place before the target’s code');
  expect(results.cleanExit).toMatchObject({ clean: true });
});
