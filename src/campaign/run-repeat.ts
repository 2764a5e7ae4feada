import { judgeRepeat } from '../judge/campaign/judge-repeat.js';
import type { RepeatResults } from '../model/campaign-results.js';
import { prepareRun } from '../orchestrator/prepare-run.js';
import type { CampaignRun } from './campaign-run.js';
import type { CampaignOutcome } from './campaign-outcome.js';
import { runRounds } from './run-rounds.js';

/** An experiment and how often it is to be run. */
export interface RepeatRun extends CampaignRun {
  /** From 1 on; five or more give intervals. */
  readonly times: number;
}

/**
 * Runs the same experiment several times, each with its own baseline, recovery and seed, and judges the runs together.
 *
 * It ends early when something was left behind, or when two runs in a row began with a system that was not well.
 *
 * @throws ChaosError when a run would be refused (invalid, unsafe, not supported here): nothing was started
 */
export async function runRepeat(options: RepeatRun): Promise<CampaignOutcome<RepeatResults>> {
  const { experiment, times, prepare, campaign: kept, experimentText, signal } = options;
  const { plan } = await prepareRun(experiment, { ...prepare, seed: kept.seed, clock: kept.clock });
  const hypothesis = experiment.steadyStateHypothesis;
  const round = { name: 'run', severity: null, hypothesis, experiment, prepare, experimentText };
  return runRounds({
    judge: judgeRepeat,
    campaign: {
      ...kept,
      kind: 'repeat',
      name: experiment.name,
      target: plan.target.name,
      hypothesis,
      settings: { times },
    },
    rounds: Array.from({ length: times }, () => round),
    signal,
  });
}
