import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gateCoverage } from '../judge/gate/gate-coverage.js';
import { gateScore, gateSummary } from '../judge/gate/gate-score.js';
import { defaultMargins } from '../judge/comparison/compared-kinds.js';
import type { CampaignEventSink } from '../model/campaign-events.js';
import type { CompareResults } from '../model/campaign-results.js';
import type { Margins } from '../model/comparison.js';
import type { Experiment } from '../model/experiment.js';
import type { GateResult, GateRun, GateScenario } from '../model/gate-result.js';
import { systemClock } from '../model/system-clock.js';
import { unlessMishap } from './unless-mishap.js';

/** A patch, and what it is to withstand. */
export interface VerifyPatchOptions {
  /** A folder in the git repository. Default: the working directory. */
  readonly repository?: string;
  /** The git revision without the patch. */
  readonly base: string;
  /** The one with it. */
  readonly head: string;
  /** Run by `/bin/sh -c` in a checkout of each. Default: nothing is to be built. */
  readonly build?: string;
  /** Files (YAML), or experiments; each starts its target out of a folder of the repository. */
  readonly experiments: readonly (string | Experiment)[];
  /** Of each experiment on each side. Default 5, the fewest that decide. */
  readonly runs?: number;
  /** How much worse a number may be and still count as not worse. Default: as docs/compare.md has them. */
  readonly margins?: Partial<Margins>;
  /** Default: drawn, and in the results. */
  readonly seed?: number;
  /** Where it is kept. Default `chaos_results` in the working directory; null keeps nothing. */
  readonly resultsDirectory?: string | null;
  /** Where undo journals live. Default: the user's state directory. */
  readonly stateDirectory?: string;
  /** Lets rules of the kernel hit every local process that talks to the address of a target. Default false. */
  readonly allowLocalProcesses?: boolean;
  /** Told what happens between the runs. */
  readonly onEvent?: CampaignEventSink;
  /** Aborting reverts first and removes the checkouts; the verdict is then `interrupted`. */
  readonly signal?: AbortSignal;
}

/** What a patch does to resilience. */
export interface PatchVerification extends GateResult {
  /** All of it, as in `results.json`: each number of each scenario, base and head. */
  readonly results: CompareResults;
}

/**
 * Does a patch make a system less resilient? Runs the same experiments on both revisions, interleaved and with the same seeds, in
 * checkouts of their own: the working tree is not touched.
 *
 * `verdict` is of head against base (`held`: not worse, `deviated`: worse, `inconclusive`: the runs so far leave both open); `score` is what
 * the head alone tolerates. A revision that does not build is a result (`not-steady`), one that does not exist an error.
 *
 * @throws ChaosError INVALID_INPUT for a revision that does not exist, a folder in no git repository, and experiments that
 * cannot be started out of both: nothing was started
 * @example
 * ```js
 * const patch = await verifyPatch({
 *   repository,
 *   base: 'main',
 *   head: 'with-retry',
 *   build: 'node --check shop.mjs',
 *   experiments: [`${repository}/failing.chaos.yaml`],
 * });
 * console.log(patch.verdict, patch.summary);
 * ```
 */
export async function verifyPatch(options: VerifyPatchOptions): Promise<PatchVerification> {
  const {
    repository = '.',
    base,
    head,
    build,
    runs = 5,
    margins,
    seed = randomInt(2 ** 31),
    onEvent,
  } = options;
  const { resultsDirectory = 'chaos_results', stateDirectory, allowLocalProcesses } = options;
  const experiments = await Promise.all(options.experiments.map(readIfFile));
  // Loaded when it is used: who verifies no patch needs neither git nor YAML.
  const { compareRevisions } = await import('../campaign/compare-revisions.js');
  const { results, folder, mishaps } = await compareRevisions({
    repository,
    base,
    head,
    build: build ?? null,
    experiments,
    times: runs,
    margins: { ...defaultMargins, ...margins },
    prepare: { allowLocalProcesses },
    campaign: { seed, resultsDirectory, stateDirectory, clock: systemClock, onEvent },
    signal: options.signal ?? new AbortController().signal,
  });
  const asked = experiments.flatMap(({ experiment }) => experiment.scenarios.map(({ name }) => name));
  return unlessMishap(verificationOf(results, asked, folder), mishaps);
}

async function readIfFile(given: string | Experiment) {
  if (typeof given !== 'string') return { experiment: given };
  const { readExperimentFile } = await import('../spec/read-experiment-file.js');
  const { storedExperimentText } = await import('../spec/stored-experiment.js');
  const experiment = await readExperimentFile(given);
  return { experiment, text: storedExperimentText(await readFile(given, 'utf8'), given) };
}

function verificationOf(
  results: CompareResults,
  asked: readonly string[],
  folder: string | null,
): PatchVerification {
  const { verdict, reason, scenarios, recommendations } = results;
  const perScenario = scenarios.map(({ scenario, head, state }): GateScenario => {
    const tolerance = { faults: head.injected, tolerated: head.held };
    const verdicts = { worse: 'deviated', 'not-worse': 'held', undecided: 'inconclusive' } as const;
    const judged = head.injected === 0 ? 'not-injected' : verdicts[state];
    return { scenario, verdict: judged, score: gateScore(tolerance), ...tolerance };
  });
  const coverage = gateCoverage(asked, perScenario);
  const all = {
    faults: perScenario.reduce((sum, { faults }) => sum + faults, 0),
    tolerated: perScenario.reduce((sum, { tolerated }) => sum + tolerated, 0),
  };
  return {
    verdict,
    reason,
    score: gateScore(all),
    coverage,
    perScenario,
    evidence: { folder, runs: runsOf(results, folder) },
    recommendations: recommendations.map(({ text }) => text),
    summary: gateSummary(all, coverage),
    results,
  };
}

/** Those of the head: what the score rests on. */
function runsOf({ head }: CompareResults, folder: string | null): readonly GateRun[] {
  return head.rounds.flatMap((round) =>
    round.scenarios.map(({ name, verdict, reason }) => ({
      scenario: name,
      verdict: verdict ?? round.verdict,
      reason: reason === '' ? round.reason : reason,
      seed: round.seed,
      folder: folder === null || round.folder === null ? null : join(folder, round.folder),
    })),
  );
}
