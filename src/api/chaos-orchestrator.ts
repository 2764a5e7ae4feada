import { randomInt } from 'node:crypto';
import { runRepeat } from '../campaign/run-repeat.js';
import type { CampaignEventSink } from '../model/campaign-events.js';
import type { GamedayResults, RepeatResults } from '../model/campaign-results.js';
import { ChaosError } from '../model/chaos-error.js';
import type { EventSink } from '../model/events.js';
import type { Experiment } from '../model/experiment.js';
import type { HealthCheck } from '../model/probe.js';
import type { Results } from '../model/results.js';
import { systemClock } from '../model/system-clock.js';
import { executeRun } from '../orchestrator/execute-run.js';
import { prepareRun } from '../orchestrator/prepare-run.js';
import type { ChaosOrchestratorOptions } from './chaos-orchestrator-options.js';
import type { ContinuousChaosOptions, ContinuousChaosResults } from './continuous-options.js';
import { runContinuousChaos } from './run-continuous-chaos.js';
import { gameday } from './gameday.js';
import type { GamedayOptions } from './gameday-options.js';
import { unlessMishap } from './unless-mishap.js';

export interface RunExperimentOptions {
  /** Goes before the experiment's own seed. */
  readonly seed?: number;
  /** Aborting reverts first; the verdict is then `interrupted`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: EventSink;
}

export interface RepeatExperimentOptions {
  /** From 1 on; five or more give intervals. */
  readonly times: number;
  /** A probe besides those of the experiment; needed when there is none. */
  readonly healthCheck?: HealthCheck;
  /** Goes before the experiment's own seed; each run's seed is made from it. */
  readonly seed?: number;
  /** Aborting reverts first; the verdict is then `interrupted`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: CampaignEventSink;
  /** Told the events of each run. */
  readonly onRunEvent?: EventSink;
}

/**
 * Runs experiments: baseline, inject, confirm, observe, revert, recover, clean-exit check, judge.
 *
 * @example
 * ```ts
 * const orchestrator = new ChaosOrchestrator({ targetSystem: inProcessTarget('shop', { database_layer: db }) });
 * const results = await orchestrator.runExperiment(experiment, () => shop.isResponsive());
 * console.log(results.verdict, results.experimentSuccessful);
 * const repeated = await orchestrator.repeatExperiment(experiment, { times: 5, healthCheck: () => shop.isResponsive() });
 * console.log(repeated.verdict, repeated.criteria);
 * ```
 */
export class ChaosOrchestrator {
  readonly #options: ChaosOrchestratorOptions;

  constructor(options: ChaosOrchestratorOptions = {}) {
    this.#options = options;
  }

  /**
   * Runs one experiment; what the system under test does is in the results, never an exception.
   *
   * @param healthCheck - a probe besides those of the experiment; needed when there is none
   * @throws ChaosError when the experiment is refused (invalid, unsafe, not supported here): nothing was started;
   *   ResultsNotKept, with the results, when they could not be written down
   */
  async runExperiment(
    experiment: Experiment,
    healthCheck: HealthCheck | undefined = this.#options.healthCheck,
    { seed, signal, onEvent }: RunExperimentOptions = {},
  ): Promise<Results> {
    refuseWithoutProbe(experiment, healthCheck);
    const { targetSystem, healthCheckEvery, faults, clock, stateDirectory, allowLocalProcesses } =
      this.#options;
    const { resultsDirectory = 'chaos_results' } = this.#options;
    const prepared = await prepareRun(experiment, {
      healthCheck,
      healthCheckEvery,
      defaultTarget: targetSystem,
      faults,
      allowLocalProcesses,
      clock,
      seed,
    });
    const { results, mishaps } = await executeRun(prepared, {
      resultsDirectory,
      stateDirectory,
      signal: signal ?? new AbortController().signal,
      onEvent,
    });
    return unlessMishap(results, mishaps);
  }

  /**
   * Runs one experiment several times, each run with a seed of its own, and judges the runs together: five or more give
   * intervals, which decide. docs/repeats-and-replay.md says how.
   *
   * @throws ChaosError when the experiment is refused (invalid, unsafe, not supported here): nothing was started;
   *   ResultsNotKept, with the results, when they could not be written down
   */
  async repeatExperiment(experiment: Experiment, options: RepeatExperimentOptions): Promise<RepeatResults> {
    const { times, healthCheck = this.#options.healthCheck, seed, signal, onEvent, onRunEvent } = options;
    if (!Number.isSafeInteger(times) || times < 1) {
      throw new ChaosError('INVALID_INPUT', `expected times to be a whole number from 1 on, got ${times}`, {
        hint: 'five runs or more give intervals',
      });
    }
    refuseWithoutProbe(experiment, healthCheck);
    const { targetSystem, healthCheckEvery, faults, clock = systemClock, stateDirectory } = this.#options;
    const { resultsDirectory = 'chaos_results', allowLocalProcesses } = this.#options;
    const { results, mishaps } = await runRepeat({
      experiment,
      times,
      prepare: { healthCheck, healthCheckEvery, defaultTarget: targetSystem, faults, allowLocalProcesses },
      campaign: {
        seed: seed ?? experiment.seed ?? randomInt(2 ** 31),
        resultsDirectory,
        stateDirectory,
        clock,
        onEvent,
        onRunEvent,
      },
      signal: signal ?? new AbortController().signal,
    });
    return unlessMishap(results, mishaps);
  }

  /**
   * Breaks one thing after the other, chosen by a seed among what the target supports, for as long as asked: the next
   * only after the system has recovered. What the system under test does is in the results, never an exception.
   *
   * @throws ChaosError when it is refused (invalid, nothing in the range of severity that the target supports, not the
   *   campaign to go on with): nothing was started
   */
  async runContinuousChaos(options: ContinuousChaosOptions): Promise<ContinuousChaosResults> {
    return runContinuousChaos(options, this.#options);
  }

  /**
   * A gameday: the scenarios one after the other, mildest first, with go or no-go before each, notes, and what surprised.
   *
   * @throws ChaosError when it is refused (an empty agenda, an unknown scenario, nothing that is possible here): nothing
   * was started
   */
  async runGameday(options: GamedayOptions): Promise<GamedayResults> {
    return gameday(this.#options, options);
  }
}

function refuseWithoutProbe({ name, probes }: Experiment, healthCheck: HealthCheck | undefined): void {
  if (healthCheck !== undefined || probes.length > 0) return;
  throw new ChaosError('MISSING_INPUT', `${name} has no probes and got no health check`, {
    hint: 'pass a health check with the experiment, to the ChaosOrchestrator, or give the experiment probes',
  });
}
