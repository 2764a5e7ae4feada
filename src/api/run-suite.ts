import { randomInt } from 'node:crypto';
import type { CampaignEventSink } from '../model/campaign-events.js';
import type { SuiteResults } from '../model/campaign-results.js';
import type { EventSink } from '../model/events.js';
import { systemClock } from '../model/system-clock.js';
import type { SuiteRequest } from '../suite/suite-request.js';
import { unlessMishap } from './unless-mishap.js';

export interface SuiteOptions extends SuiteRequest {
  /** Of every random choice. Default: drawn. */
  readonly seed?: number | undefined;
  /** Where runs are kept. Default `chaos_results` in the working directory; null keeps nothing. */
  readonly resultsDirectory?: string | null | undefined;
  /** Where undo journals live. Default: the user's state directory. */
  readonly stateDirectory?: string | undefined;
  /** Aborting ends the command and reverts first; the verdict is then `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: CampaignEventSink | undefined;
  /** Told the events of each run. */
  readonly onRunEvent?: EventSink | undefined;
}

/**
 * Runs a test command without chaos and under scenarios, and says of each test what it did: passes always, fails always,
 * is flaky without chaos, or fails under which scenario and how often; and of each scenario whether a test noticed it.
 *
 * A suite that is red without chaos, or does not tell what its tests come to, is a result (`outcome`, verdict
 * `not-steady`), not an exception.
 *
 * @throws ChaosError for what is refused before anything starts; ResultsNotKept when it ran and could not be kept
 * @example
 * ```ts
 * const { verdict, tests, byScenario } = await runSuite({
 *   command: 'node --test --test-reporter=tap',
 *   cwd: 'examples/suite',
 *   scenarios: [CHAOS_SCENARIOS.random_exceptions],
 *   repeats: 1, // five or more give intervals
 *   undisturbed: 1,
 *   passRate: 0.95,
 *   resultsDirectory: null,
 * });
 * const weak = byScenario.filter(({ unnoticed }) => unnoticed);
 * ```
 */
export async function runSuite(
  options: SuiteOptions,
): Promise<SuiteResults & { readonly folder: string | null }> {
  const { seed = randomInt(2 ** 31), resultsDirectory = 'chaos_results', stateDirectory } = options;
  // Loaded when it is used: who runs no suite needs no reader of XML.
  const { runSuiteCampaign } = await import('../suite/run-suite.js');
  const { suiteFor } = await import('../suite/suite-request.js');
  const { results, folder, mishaps } = await runSuiteCampaign({
    ...(await suiteFor(options)),
    campaign: {
      seed,
      resultsDirectory,
      stateDirectory,
      clock: systemClock,
      onEvent: options.onEvent,
      onRunEvent: options.onRunEvent,
    },
    signal: options.signal ?? new AbortController().signal,
  });
  return unlessMishap({ ...results, folder }, mishaps);
}
