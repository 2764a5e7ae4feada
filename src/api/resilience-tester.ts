import { randomInt } from 'node:crypto';
import { runTester } from '../campaign/run-tester.js';
import { supportedScenarios } from '../campaign/supported-scenarios.js';
import { unaskedScenarios } from '../campaign/unasked-scenarios.js';
import { allFaults } from '../faults/all-faults.js';
import type { TesterSettings } from '../judge/campaign/tester-settings.js';
import { ChaosError } from '../model/chaos-error.js';
import { toMs } from '../model/duration.js';
import type { TargetSystem } from '../model/experiment.js';
import type { Scenario } from '../model/scenario.js';
import { systemClock } from '../model/system-clock.js';
import { resolveTarget } from '../orchestrator/resolve-target.js';
import { systemProbe } from '../probes/system-probe.js';
import { scenariosNamed } from '../scenarios/scenarios-named.js';
import { ChaosExperiment } from './chaos-experiment.js';
import { type ResilienceMetrics, resilienceMetrics } from './resilience-metrics.js';
import type {
  ResilienceOptions,
  ResilienceTesterOptions,
  Subject,
  TestFaultToleranceOptions,
  TestRecoveryTimeOptions,
  TestResilienceOptions,
} from './resilience-options.js';
import { unlessMishap } from './unless-mishap.js';

/** As the first description has them: seconds for the recovery, else percent. */
export const defaultResilienceTargets: TesterSettings['targets'] = {
  meanTimeToRecovery: 30,
  faultToleranceScore: 80,
  availability: 99,
  gracefulDegradation: 80,
};

/** The probe that stands for callers of the system. */
const callerName = 'system under test';

/**
 * Measures how a system copes with faults, over repeated runs: how fast it comes back, how many faults its callers never
 * notice, how much of the time it is there, how much of the full answer is left.
 *
 * It calls the system itself, at a fixed rate and inside the fault. docs/metrics.md defines each number and says how far
 * it can be trusted.
 *
 * @example
 * ```ts
 * const tester = new ResilienceTester();
 * const metrics = await tester.testResilience({
 *   systemUnderTest: () => fetch('http://127.0.0.1:3000/checkout/42'),
 *   isCorrect: (response) => response.ok,
 *   scenarios: ['high_latency', 'packet_loss'],
 * });
 * console.log(`MTTR: ${metrics.meanTimeToRecovery.toFixed(2)}s`, metrics.verdict);
 * ```
 */
export class ResilienceTester {
  readonly #options: ResilienceTesterOptions;

  constructor(options: ResilienceTesterOptions = {}) {
    this.#options = options;
  }

  /**
   * Runs each scenario several times and measures all four metrics over the runs.
   *
   * @throws ChaosError when it is refused (no runs, an unknown scenario, nothing that is supported): nothing was started
   */
  async testResilience<System, Answer>(
    options: Subject<System, Answer> & TestResilienceOptions<Answer>,
  ): Promise<ResilienceMetrics> {
    const runs = atLeastOne('runs', options.runs ?? 5);
    const scenarios = await this.#scenarios(options);
    return this.#test(options, scenarios, runs * scenarios.length);
  }

  /**
   * The time in seconds from the end of a fault until the system is well again: the median over the runs.
   *
   * @returns `Infinity` when it was not well again while we waited; NaN when the fault was not made
   * @throws ChaosError when it is refused: nothing was started
   */
  async testRecoveryTime<System, Answer>(
    options: Subject<System, Answer> & TestRecoveryTimeOptions<Answer>,
  ): Promise<number> {
    const runs = atLeastOne('runs', options.runs ?? 1);
    const { details } = await this.#test(options, scenariosNamed([options.scenarioName]), runs);
    const { n, median } = details.meanTimeToRecovery;
    if (n === 0) return Number.NaN;
    return median ?? Number.POSITIVE_INFINITY;
  }

  /**
   * The share of injected faults, in percent, that no caller of the system noticed.
   *
   * @returns NaN when no fault was made
   * @throws ChaosError when it is refused: nothing was started
   */
  async testFaultTolerance<System, Answer>(
    options: Subject<System, Answer> & TestFaultToleranceOptions<Answer>,
  ): Promise<number> {
    const runs = atLeastOne('numIterations', options.numIterations ?? 20);
    const metrics = await this.#test(options, await this.#scenarios(options), runs);
    return metrics.faultToleranceScore;
  }

  async #scenarios<System, Answer>(
    options: Subject<System, Answer> & TestFaultToleranceOptions<Answer>,
  ): Promise<readonly Scenario[]> {
    const { scenarios } = options;
    if (scenarios !== undefined) {
      if (scenarios.length > 0) return scenariosNamed(scenarios);
      throw new ChaosError('MISSING_INPUT', 'expected scenarios, got none', {
        hint: 'leave `scenarios` out for all that the target supports',
      });
    }
    const { target } = resolveTarget(targetOf(options));
    const all = unaskedScenarios(target);
    const { supported, reasons } = await supportedScenarios(all, target, this.#options.faults ?? allFaults);
    if (supported.length > 0) return supported;
    throw new ChaosError('UNSUPPORTED_SCENARIO', `${target.name} supports no scenario of the catalogue`, {
      hint: reasons.join('\n'),
    });
  }

  async #test<System, Answer>(
    options: Subject<System, Answer> & ResilienceOptions<Answer>,
    scenarios: readonly Scenario[],
    runs: number,
  ): Promise<ResilienceMetrics> {
    const { clock = systemClock, resultsDirectory = 'chaos_results', stateDirectory, faults } = this.#options;
    const { allowLocalProcesses } = this.#options;
    const { load, duration, baseline, holdTime, maxRecoveryWait, signal } = options;
    const { healthCheck, healthCheckEvery } = options;
    const target = targetOf(options);
    const experiment = new ChaosExperiment({
      name: options.name ?? `Resilience of ${typeof target === 'string' ? target : target.name}`,
      scenarios: scenarios.map((scenario) => (duration === undefined ? scenario : { ...scenario, duration })),
      targetSystem: target,
      ...(baseline !== undefined && { baseline }),
      ...(holdTime !== undefined && { holdTime }),
      ...(maxRecoveryWait !== undefined && { maxRecoveryWait }),
    });
    const probe = systemProbe(callerName, {
      call: callOf(options),
      isCorrect: options.isCorrect,
      isFallback: options.isFallback,
      everyMs: 1_000 / aboveZero('load.perSecond', load?.perSecond ?? 10),
      timeoutMs: aboveZero('timeout', toMs(options.timeout ?? '2s')),
      maxInFlight: atLeastOne('load.maxInFlight', load?.maxInFlight ?? 10),
    });
    const { results, folder, mishaps } = await runTester({
      experiment,
      scenarios: experiment.scenarios,
      runs,
      probe: callerName,
      targets: { ...defaultResilienceTargets, ...this.#options.targets },
      prepare: { healthCheck, healthCheckEvery, extraProbes: [probe], faults, allowLocalProcesses },
      campaign: {
        seed: options.seed ?? randomInt(2 ** 31),
        resultsDirectory,
        stateDirectory,
        clock,
        onEvent: options.onEvent,
        onRunEvent: options.onRunEvent,
      },
      signal: signal ?? new AbortController().signal,
    });
    return unlessMishap(resilienceMetrics(results, folder), mishaps);
  }
}

function callOf<System, Answer>(
  subject: Subject<System, Answer>,
): (context: { readonly signal: AbortSignal }) => Answer | Promise<Answer> {
  if (subject.call !== undefined) {
    const { systemUnderTest, call } = subject;
    return (context) => call(systemUnderTest, context);
  }
  if (typeof subject.systemUnderTest === 'function') return subject.systemUnderTest;
  throw new ChaosError('MISSING_INPUT', 'systemUnderTest is not a function, and there is no `call`', {
    hint: 'say how to call it: `call: (system) => system.handle(request)`',
  });
}

/** Faults meet this process unless another target is named. */
function targetOf<System, Answer>({
  targetSystem,
  systemUnderTest,
}: Subject<System, Answer> & ResilienceOptions<Answer>): TargetSystem {
  if (targetSystem !== undefined) return targetSystem;
  const name = typeof systemUnderTest === 'function' ? systemUnderTest.name : '';
  return name === '' || name === 'systemUnderTest' ? callerName : name;
}

function atLeastOne(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new ChaosError('INVALID_INPUT', `expected ${name} to be a whole number from 1 on, got ${value}`, {
    hint: 'five runs or more give intervals',
  });
}

function aboveZero(name: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new ChaosError('INVALID_INPUT', `expected ${name} above 0, got ${value}`);
}
