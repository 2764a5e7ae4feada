import { describe, expect, test } from 'vitest';
import { judge } from '../judge/judge.js';
import type { ChaosEvent } from '../model/events.js';
import type { Aftermath, Evidence } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import type { Fault } from '../model/fault.js';
import { foldAll } from '../model/fold.js';
import type { Receipt } from '../model/receipt.js';
import type { Results } from '../model/results.js';
import { healthCheckProbe } from '../probes/health-check-probe.js';
import { ChaosScenario } from '../scenarios/chaos-scenario.js';
import { inProcessTarget } from '../targets/in-process-target.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { planExperiment } from './plan.js';
import { runPlan } from './run-plan.js';
import type { LiveTarget } from './run-ports.js';
import { StopReason } from './stop-reason.js';

/** A system in memory whose health the faults below change. */
class System {
  readonly log: string[] = [];
  healthy = true;
}

interface Behaviour {
  readonly evidence?: Partial<Evidence>;
  readonly inject?: (system: System, clock: VirtualClock) => void | Promise<void>;
  readonly check?: (system: System, clock: VirtualClock) => Promise<void>;
  readonly revert?: (system: System, clock: VirtualClock) => void | Promise<void>;
  readonly checkAfter?: (clock: VirtualClock, signal: AbortSignal) => Promise<Aftermath>;
}

/** A fault written against the public contract, as a user would write one. */
function faultOn(system: System, clock: VirtualClock, behaviour: Behaviour = {}): Fault<'SLOW_RESPONSE'> {
  return {
    type: 'SLOW_RESPONSE',
    backend: 'in-process',
    survives: 'process',
    supports: async () => ({ supported: true }),
    prepare: async (scenario, { injectionId, runId, bootId, expiresAt }) => {
      system.log.push(`prepare ${scenario.name}`);
      const process_ = { pid: process.pid, startTime: '0' };
      return { kind: 'patch', id: injectionId, runId, bootId, expiresAt, process: process_, sites: [] };
    },
    inject: async (scenario) => {
      await behaviour.inject?.(system, clock);
      system.log.push(`inject ${scenario.name}`);
      return {
        check: async () => {
          await behaviour.check?.(system, clock);
          return {
            active: 'yes',
            measured: { quantity: 'calls slowed', unit: '', baseline: 0, during: 3, expected: 'more than 0' },
            exposure: { kind: 'counted', n: 3, what: 'calls' },
            ...behaviour.evidence,
          };
        },
        revert: async () => {
          await behaviour.revert?.(system, clock);
          system.log.push(`revert ${scenario.name}`);
        },
        ...(behaviour.checkAfter && {
          checkAfter: (signal: AbortSignal) => behaviour.checkAfter?.(clock, signal) as Promise<Aftermath>,
        }),
      };
    },
  };
}

interface Setup {
  readonly experiment?: Partial<Experiment>;
  readonly behaviour?: Behaviour;
  readonly scenarios?: readonly ChaosScenario[];
  readonly stop?: (controller: AbortController, clock: VirtualClock) => void;
  readonly ended?: Promise<string>;
  readonly lost?: Promise<string>;
  readonly checkCleanExit?: () => never;
}

const slow = (name: string, changes: { probability?: number } = {}) =>
  new ChaosScenario({ scenarioType: 'SLOW_RESPONSE', name, duration: 10, ...changes });

async function run(setup: Setup = {}) {
  const system = new System();
  const clock = new VirtualClock();
  const events: ChaosEvent[] = [];
  const receipts = new Map<string, Receipt>();
  const controller = new AbortController();
  const experiment: Experiment = {
    name: 'test',
    description: '',
    steadyStateHypothesis: 'it answers',
    probes: [],
    scenarios: setup.scenarios ?? [slow('slow')],
    successCriteria: {},
    baseline: 5,
    holdTime: 3,
    maxRecoveryWait: 30,
    parallel: false,
    ...setup.experiment,
  };
  const target = inProcessTarget('shop', { db: { query: () => 1 } });
  const plan = await planExperiment(experiment, {
    target,
    probes: [healthCheckProbe(() => system.healthy)],
    faults: [faultOn(system, clock, setup.behaviour)],
    seed: 1,
  });
  setup.stop?.(controller, clock);
  const live: LiveTarget = {
    target,
    ended: setup.ended ?? new Promise(() => undefined),
    lost: setup.lost ?? new Promise(() => undefined),
    lastOutput: () => ['last words'],
    [Symbol.asyncDispose]: async () => void system.log.push('close target'),
  };
  const done = runPlan(plan, {
    runId: 'run-1',
    bootId: 'boot-1',
    clock,
    emit: (event) => void events.push(event),
    journal: {
      record: async (receipt) => void receipts.set(receipt.id, receipt),
      amend: async () => undefined,
      done: async (id) => void receipts.delete(id),
    },
    openTarget: async () => live,
    metrics: () => foldAll(judge, events).metrics,
    checkCleanExit: async () =>
      setup.checkCleanExit?.() ?? {
        clean: receipts.size === 0,
        checked: ['receipts'],
        leftovers: [...receipts.keys()],
      },
    signal: controller.signal,
    environment: { chaosx: '0', node: 'v20', platform: 'test' },
  });
  await clock.run(done.catch((error: unknown) => void system.log.push(String(error))));
  const results: Results = foldAll(judge, events);
  return { system, clock, events, results, phases: phasesOf(events) };
}

function phasesOf(events: readonly ChaosEvent[]): readonly string[] {
  return events
    .filter(({ type }) => type !== 'sample' && type !== 'run-started')
    .map((event) => {
      const at = `${(event.t / 1000).toFixed(1)} ${event.type}`;
      if (event.type === 'phase-entered') return `${at} ${event.phase}`;
      if (event.type === 'fault-checked') return `${at} ${event.when}`;
      return at;
    });
}

describe('one flow', () => {
  test('baseline, inject, confirm, observe, revert, recover, clean exit', async () => {
    const { phases, results, system } = await run();
    expect(phases).toMatchInlineSnapshot(`
      [
        "0.0 phase-entered starting",
        "0.0 target-ready",
        "0.0 phase-entered baseline",
        "5.0 baseline-ended",
        "5.0 phase-entered injecting",
        "5.0 fault-prepared",
        "5.0 fault-injected",
        "5.0 phase-entered active",
        "5.0 fault-checked first",
        "10.0 fault-checked periodic",
        "15.0 fault-checked last",
        "15.0 phase-entered reverting",
        "15.0 revert-started",
        "15.0 fault-reverted",
        "15.0 phase-entered recovering",
        "18.0 recovery-ended",
        "18.0 phase-entered ending",
        "18.0 clean-exit-checked",
        "18.0 run-ended",
      ]
    `);
    expect(system.log).toEqual(['prepare slow', 'inject slow', 'revert slow', 'close target']);
    expect([results.status, results.verdict]).toEqual(['completed', 'held']);
  });

  test('scenarios run in turn, each after the steady state came back', async () => {
    const { system, results } = await run({ scenarios: [slow('a'), slow('b')] });
    expect(system.log).toEqual([
      'prepare a',
      'inject a',
      'revert a',
      'prepare b',
      'inject b',
      'revert b',
      'close target',
    ]);
    expect(results.verdict).toBe('held');
  });

  test('in parallel they are active together and reverted last in, first out', async () => {
    const { system } = await run({ scenarios: [slow('a'), slow('b')], experiment: { parallel: true } });
    expect(system.log).toEqual([
      'prepare a',
      'inject a',
      'prepare b',
      'inject b',
      'revert b',
      'revert a',
      'close target',
    ]);
  });
});

describe('ways in which nothing is injected', () => {
  test('a target that exits before the fault', async () => {
    const { system, results, phases } = await run({ ended: Promise.resolve('it exited with code 1') });
    expect(system.log).toEqual(['close target']);
    expect(results.verdict).toBe('not-steady');
    expect(results.status).toBe('baseline');
    expect(phases).toContain('0.0 target-failed');
    expect(results.lastOutput).toEqual(['last words']);
  });

  test('a scenario that does not trigger is skipped, and nothing triggered is inconclusive', async () => {
    const { system, results } = await run({ scenarios: [slow('never', { probability: 0 })] });
    expect(system.log).toEqual(['close target']);
    expect(results.scenarios[0]).toMatchObject({ triggered: false, verdict: null });
    expect(results.verdict).toBe('inconclusive');
  });

  test('an inject that fails', async () => {
    const behaviour: Behaviour = {
      inject: () => {
        throw new Error('no room');
      },
    };
    const { results, system } = await run({ behaviour });
    expect(system.log).toEqual(['prepare slow', 'close target']);
    expect(results.verdict).toBe('not-injected');
    expect(results.cleanExit?.clean).toBe(true);
  });

  test('a fault that is seen not to act is reverted at once', async () => {
    const { results, clock } = await run({ behaviour: { evidence: { active: 'no' } } });
    expect(results.verdict).toBe('not-injected');
    expect(clock.nowMs()).toBeLessThan(10_000);
  });
});

describe('ways out', () => {
  const breaks: Behaviour = {
    inject: (system) => void (system.healthy = false),
    revert: (system) => void (system.healthy = true),
  };

  test('a system that fails while the fault is active deviates and recovers', async () => {
    const { results } = await run({ behaviour: breaks });
    expect(results.verdict).toBe('deviated');
    expect(results.scenarios[0]).toMatchObject({ recovered: true });
  });

  test('a system that never comes back: the rest is skipped', async () => {
    const { results, system } = await run({
      scenarios: [slow('a'), slow('b')],
      behaviour: { inject: (one) => void (one.healthy = false) },
    });
    expect(results.verdict).toBe('not-recovered');
    expect(results.status).toBe('recovering');
    expect(system.log).not.toContain('inject b');
  });

  test('Ctrl-C reverts first and stops', async () => {
    const { results, system, clock } = await run({
      stop: (controller, virtual) => {
        void virtual
          .sleep(9_000, new AbortController().signal)
          .then(() => controller.abort(new StopReason('signal', 'SIGINT')));
      },
    });
    expect(system.log).toEqual(['prepare slow', 'inject slow', 'revert slow', 'close target']);
    expect([results.status, results.verdict, results.stoppedBy]).toMatchInlineSnapshot(`
      [
        "stopped",
        "interrupted",
        "signal: SIGINT",
      ]
    `);
    expect(clock.nowMs()).toBe(9_000);
  });

  test('an abort condition reverts early and skips the rest', async () => {
    const { results, system, clock } = await run({
      scenarios: [slow('a'), slow('b')],
      behaviour: breaks,
      experiment: { abortWhen: { consecutiveFailures: 3 } },
    });
    expect(results.verdict).toBe('deviated');
    expect(results.stoppedBy).toContain('consecutiveFailures');
    expect(system.log).toEqual(['prepare a', 'inject a', 'revert a', 'close target']);
    expect(clock.nowMs()).toBeLessThan(14_000);
  });

  test('a proxy that is lost under a confirmed fault stops the run, and the system is not blamed', async () => {
    let lose = (_what: string) => {};
    const { results, system } = await run({
      lost: new Promise((resolve) => {
        lose = resolve;
      }),
      behaviour: {
        inject: async (one, clock) => {
          void clock.sleep(3_000, new AbortController().signal).then(() => {
            one.healthy = false;
            void clock.sleep(1_500, new AbortController().signal).then(() => lose('the proxy ended'));
          });
        },
      },
    });
    expect(system.log).toEqual(['prepare slow', 'inject slow', 'revert slow', 'close target']);
    expect([results.status, results.verdict, results.reason]).toEqual([
      'stopped',
      'inconclusive',
      'stopped by an error: the proxy ended',
    ]);
  });

  test('an abort condition does not wait for evidence that is slow to come', async () => {
    let looks = 0;
    const { results, events } = await run({
      behaviour: {
        ...breaks,
        check: async (_system, clock) => {
          looks += 1;
          if (looks > 1) await clock.sleep(8_000, new AbortController().signal);
        },
      },
      experiment: { abortWhen: { consecutiveFailures: 3 } },
    });
    const at = (type: ChaosEvent['type']) => events.find((event) => event.type === type)?.t ?? Number.NaN;
    expect(at('fault-reverted') - at('abort-condition-met')).toBeLessThan(500);
    expect(results.verdict).toBe('deviated');
  });

  test('in parallel, nothing more is injected once an abort condition holds', async () => {
    const { results, system } = await run({
      scenarios: [slow('a'), slow('b'), slow('c')],
      experiment: { parallel: true, abortWhen: { consecutiveFailures: 3 } },
      behaviour: {
        inject: async (one, clock) => {
          const isFirst = one.healthy;
          one.healthy = false;
          if (!isFirst) await clock.sleep(6_000, new AbortController().signal);
        },
        revert: (one) => void (one.healthy = true),
      },
    });
    expect(system.log).not.toContain('inject c');
    expect(results.scenarios.map(({ verdict }) => verdict)).toEqual(['deviated', expect.any(String), null]);
  });

  test('a criteria function that never answers does not keep a run from being stopped', async () => {
    const { results } = await run({
      experiment: { successCriteria: () => new Promise(() => undefined) as never },
      stop: (controller, virtual) => {
        void virtual
          .sleep(60_000, new AbortController().signal)
          .then(() => controller.abort(new StopReason('signal', 'SIGINT')));
      },
    });
    expect([results.status, results.verdict]).toEqual(['stopped', 'interrupted']);
  });

  test('a look for leftovers that fails ends the run all the same, and it never holds', async () => {
    const { results, system, phases } = await run({
      checkCleanExit: () => {
        throw new Error('no such folder');
      },
    });
    expect(system.log.at(-1)).toBe('Error: no such folder');
    expect(phases.at(-1)).toMatch(/ run-ended$/);
    expect([results.status, results.verdict]).toEqual(['crashed', 'inconclusive']);
  });

  test('a revert that fails is leaked, and the receipt stays', async () => {
    const { results } = await run({
      scenarios: [slow('a'), slow('b')],
      behaviour: {
        revert: () => {
          throw new Error('it is stuck');
        },
      },
    });
    expect(results.verdict).toBe('leaked');
    expect(results.cleanExit).toMatchObject({ clean: false, leftovers: ['run-1-s0'] });
  });
});

test('evidence that never comes keeps faults on for 5 s at most, however many they are', async () => {
  const { phases } = await run({
    scenarios: ['a', 'b', 'c', 'd'].map((name) => slow(name)),
    experiment: { parallel: true },
    behaviour: { check: () => new Promise(() => undefined) },
  });
  // Injected at 5 s, for 10 s. The last one reverted is a.
  expect(phases.filter((line) => line.includes('fault-reverted')).at(-1)).toBe('20.0 fault-reverted');
});

describe('after the revert the sampler looks again', () => {
  const seen = (aftermath: Aftermath, tookMs = 0) => ({
    checkAfter: async (clock: VirtualClock, signal: AbortSignal) => {
      await clock.sleep(tookMs, signal);
      return aftermath;
    },
  });

  test('what it saw stands beside what was before and during', async () => {
    const { results, phases } = await run({ behaviour: seen({ back: 'yes', after: 0 }) });
    expect(results.verdict).toBe('held');
    expect(results.scenarios[0]?.evidence?.measured).toMatchObject({ baseline: 0, during: 3, after: 0 });
    expect(phases.slice(-6)).toEqual([
      '15.0 phase-entered recovering',
      '15.0 aftermath-checked',
      '18.0 recovery-ended',
      '18.0 phase-entered ending',
      '18.0 clean-exit-checked',
      '18.0 run-ended',
    ]);
  });

  test('an effect that is still there is leaked, and the rest is skipped', async () => {
    const { results, system } = await run({
      scenarios: [slow('a'), slow('b')],
      behaviour: seen({ back: 'no', after: 3 }),
    });
    expect([results.verdict, results.status]).toEqual(['leaked', 'recovering']);
    expect(results.scenarios[0]?.reason).toContain('and its effect is still there: calls slowed');
    expect(system.log).not.toContain('prepare b');
  });

  test.each([
    ['one that is not certain', { back: 'unknown', after: null } as const, 0],
    [
      'one that needs longer than the recovery, which it does not delay',
      { back: 'yes', after: 0 } as const,
      5_000,
    ],
  ])('%s takes nothing away', async (_name, aftermath, tookMs) => {
    const { results } = await run({ behaviour: seen(aftermath, tookMs) });
    expect(results.verdict).toBe('held');
    expect(results.scenarios[0]?.recoveryTimeSeconds).toBe(0);
    expect(results.scenarios[0]?.evidence?.measured.after).toBe(aftermath.after);
  });

  test('one that fails says nothing', async () => {
    const { results } = await run({ behaviour: { checkAfter: () => Promise.reject(new Error('no')) } });
    expect(results.verdict).toBe('held');
    expect(results.scenarios[0]?.evidence?.measured.after).toBeNull();
  });

  test('Ctrl-C does not wait for it', async () => {
    const { results, clock } = await run({
      behaviour: seen({ back: 'no', after: 3 }, 60_000),
      stop: (controller, virtual) =>
        void virtual
          .sleep(16_000, new AbortController().signal)
          .then(() => controller.abort(new StopReason('signal', 'SIGINT'))),
    });
    expect(results.verdict).toBe('interrupted');
    expect(results.scenarios[0]?.evidence?.measured).not.toHaveProperty('after');
    expect(clock.nowMs()).toBeLessThan(17_000);
  });
});

test('a criteria function judges once, on the metrics, and its answer is an event', async () => {
  const seen: unknown[] = [];
  const { results, events } = await run({
    experiment: {
      successCriteria: (metrics) => {
        seen.push(metrics.passRate);
        return false;
      },
    },
  });
  expect(seen).toEqual([1]);
  expect(events.filter(({ type }) => type === 'criteria-answered')).toHaveLength(1);
  expect(results.verdict).toBe('deviated');
});
