import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ResilienceTester } from '../src/api/resilience-tester.js';
import { judgeTester } from '../src/judge/campaign/judge-tester.js';
import { isChaosError } from '../src/model/chaos-error.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { readCampaignEvents } from '../src/store/read-campaign-events.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-tester-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tester = (resultsDirectory: string | null = null) =>
  new ResilienceTester({ resultsDirectory, stateDirectory: join(folder, 'state') });
const quick = {
  // Long enough that a busy machine makes some calls in it.
  duration: '700ms',
  baseline: '200ms',
  holdTime: '100ms',
  load: { perSecond: 50 },
  seed: 7,
} as const;

/** A system of which one part can be broken: it answers without it, or it does not. */
function shop(hasFallback: boolean) {
  const database = { price: async () => 12 };
  const answer = async () => {
    try {
      return { euros: await database.price(), fresh: true };
    } catch (error) {
      if (!hasFallback) throw error;
      return { euros: 11, fresh: false };
    }
  };
  return { answer, targetSystem: inProcessTarget('shop', { database }) };
}

/** Half of the calls: with fewer, a run of 15 calls may never meet it. */
const failing = CHAOS_SCENARIOS.random_exceptions.with({ parameters: { injectionRate: 0.5 } });
const always = { scenarios: [failing], ...quick };

describe('a system with a fallback', () => {
  test('tolerates each fault, and gives half of the full answer in those calls that met it', async () => {
    const { answer, targetSystem } = shop(true);
    const metrics = await tester(folder).testResilience({
      systemUnderTest: answer,
      targetSystem,
      isFallback: ({ fresh }) => !fresh,
      healthCheck: async () => (await answer()).euros > 0,
      ...always,
    });
    expect(metrics).toMatchObject({
      faultToleranceScore: 100,
      availability: 100,
      verdict: 'inconclusive',
      details: {
        faultToleranceScore: { n: 5, verdict: 'inconclusive', runsToDecide: 11 },
        availability: { n: 5, verdict: 'held', censored: 0 },
        meanTimeToRecovery: { n: 5, target: 30, verdict: 'held' },
      },
    });
    // Some calls met the fault, and each of them lost half of its answer.
    expect(metrics.gracefulDegradation).toBeLessThan(100);
    expect(metrics.gracefulDegradation).toBeGreaterThanOrEqual(50);
    expect(metrics.byScenario).toMatchObject([{ scenario: 'random_exceptions', runs: 5, notInjected: 0 }]);
  });

  test('judging its events again gives the same results, without any of its code', async () => {
    const { answer, targetSystem } = shop(true);
    const { results, folder: kept } = await tester(folder).testResilience({
      systemUnderTest: answer,
      targetSystem,
      isFallback: ({ fresh }) => (fresh ? false : 0.25),
      ...always,
      runs: 2,
    });
    let state = judgeTester.init();
    for await (const event of readCampaignEvents(join(kept ?? '', 'campaign.jsonl'))) {
      state = judgeTester.step(state, event);
    }
    expect(judgeTester.result(state)).toEqual(results);
    expect(JSON.parse(readFileSync(join(kept ?? '', 'results.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(results)),
    );
  });
});

test('a system without one tolerates none of five faults: that is decided', async () => {
  const { answer, targetSystem } = shop(false);
  const metrics = await tester().testResilience({ systemUnderTest: answer, targetSystem, ...always });
  expect(metrics).toMatchObject({ faultToleranceScore: 0, verdict: 'deviated' });
  expect(metrics.details.faultToleranceScore.byFault).toMatchObject([
    { fault: 'random_exceptions', n: 5, tolerated: 0 },
  ]);
  expect(metrics.details.faultToleranceScore.interval?.upper).toBeLessThan(80);
  expect(metrics.reason).toMatch(/fault tolerance 0 %/);
});

test('a wrong answer is no better than none', async () => {
  const { answer, targetSystem } = shop(true);
  const tolerance = await tester().testFaultTolerance({
    systemUnderTest: answer,
    targetSystem,
    isCorrect: ({ euros }) => euros === 12,
    ...always,
    numIterations: 2,
  });
  expect(tolerance).toBe(0);
});

test('an object is called as the caller says, and network faults meet what this process sends', async () => {
  const server = createServer((_request, response) => response.end('12'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const metrics = await tester().testResilience({
      systemUnderTest: { url },
      call: async (system, { signal }) => (await fetch(system.url, { signal })).text(),
      isCorrect: (text) => text === '12',
      scenarios: ['network_partition'],
      runs: 1,
      ...quick,
      timeout: '200ms',
      // A partition of which nothing gets through for long enough to be seen by several calls.
      duration: '1s',
    });
    expect(metrics).toMatchObject({ faultToleranceScore: 0 });
    expect(metrics.availability).toBeLessThan(60);
    expect(metrics.details.meanTimeToRecovery).toMatchObject({ n: 1, censored: 0 });
    expect(metrics.results.rounds[0]?.scenarios[0]?.probes[0]?.triangle?.loss).toBeGreaterThan(0.3);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

describe('time to recovery', () => {
  test('is short for a system that only needs the fault to end', async () => {
    const { answer, targetSystem } = shop(false);
    const seconds = await tester().testRecoveryTime({
      systemUnderTest: answer,
      targetSystem,
      scenarioName: failing,
      ...quick,
    });
    // A call every 20 ms and a hold of 100 ms; a noisy machine may take a while longer.
    expect(seconds).toBeLessThan(5);
  });

  test('is infinite for one that stays broken', async () => {
    const database = { price: async () => 12 };
    let broken = false;
    const seconds = await tester().testRecoveryTime({
      systemUnderTest: async () => {
        if (broken) throw new Error('its pool is exhausted for ever');
        await database.price().catch((error: unknown) => {
          broken = true;
          throw error;
        });
      },
      targetSystem: inProcessTarget('shop', { database }),
      scenarioName: failing,
      ...quick,
      maxRecoveryWait: '300ms',
    });
    expect(seconds).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('outcomes that are not about resilience', () => {
  test.each([
    ['throws', () => Promise.reject(new Error('no such table'))],
    ['hangs', () => new Promise(() => undefined)],
    ['never passes', () => false],
  ])('a health check that %s: not steady, after two runs', async (_, healthCheck) => {
    const { answer, targetSystem } = shop(true);
    const metrics = await tester().testResilience({
      systemUnderTest: answer,
      targetSystem,
      healthCheck,
      ...always,
    });
    expect(metrics).toMatchObject({
      verdict: 'not-steady',
      results: { roundsRun: 2, stoppedBy: { by: 'stop-rule' } },
    });
    expect(metrics.availability).toBeNaN();
  });

  test('a caller that stops it: reverted, interrupted', async () => {
    const { answer, targetSystem } = shop(true);
    const stop = new AbortController();
    const metrics = await tester().testResilience({
      systemUnderTest: answer,
      targetSystem,
      ...always,
      signal: stop.signal,
      onRunEvent: ({ type }) => type === 'fault-injected' && stop.abort(new Error('enough')),
    });
    expect(metrics).toMatchObject({
      verdict: 'interrupted',
      results: { stoppedBy: { by: 'caller', detail: 'enough' } },
    });
    expect((await answer()).fresh).toBe(true);
  });
});

describe('refused before anything starts', () => {
  const subject = { systemUnderTest: async () => 1, ...quick };
  const refusal = async (of: Promise<unknown>) => {
    const error: unknown = await of.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!isChaosError(error)) throw error;
    return `${error.code}: ${error.message}`;
  };

  test('zero iterations, no scenario, an unknown one, one that nothing makes here, an object without `call`', async () => {
    const refusals = await Promise.all([
      refusal(tester().testFaultTolerance({ ...subject, numIterations: 0 })),
      refusal(tester().testResilience({ ...subject, runs: 1.5 })),
      refusal(tester().testResilience({ ...subject, scenarios: [] })),
      refusal(tester().testResilience({ ...subject, scenarios: ['high_latencies'] })),
      refusal(tester().testRecoveryTime({ ...subject, scenarioName: 'process_pause' })),
      // @ts-expect-error: what the types refuse, JavaScript can still do.
      refusal(tester().testResilience({ systemUnderTest: {} })),
      refusal(tester().testResilience({ ...subject, load: { perSecond: 0 } })),
    ]);
    expect(refusals).toMatchInlineSnapshot(`
      [
        "INVALID_INPUT: expected numIterations to be a whole number from 1 on, got 0",
        "INVALID_INPUT: expected runs to be a whole number from 1 on, got 1.5",
        "MISSING_INPUT: expected scenarios, got none",
        "UNKNOWN_NAME: expected a scenario of the catalogue, got "high_latencies"",
        "UNSUPPORTED_SCENARIO: system under test cannot be given this scenario:
        process_pause: system under test is not a process other than this one",
        "MISSING_INPUT: systemUnderTest is not a function, and there is no \`call\`",
        "INVALID_INPUT: expected load.perSecond above 0, got 0",
      ]
    `);
  });
});
