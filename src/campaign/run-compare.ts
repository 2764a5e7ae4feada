import type { CompareSettings } from '../judge/comparison/compare-settings.js';
import { judgeCompare } from '../judge/comparison/judge-compare.js';
import type { CampaignStopped } from '../model/campaign-events.js';
import type { CompareResults } from '../model/campaign-results.js';
import type { Side } from '../model/comparison.js';
import type { Experiment } from '../model/experiment.js';
import type { CampaignOutcome } from './campaign-outcome.js';
import type { CampaignRun } from './campaign-run.js';
import { runRounds } from './run-rounds.js';

/** The same experiment on both sides. */
export interface ComparedExperiment extends Readonly<Record<Side, Experiment>> {
  /** The experiment file, kept beside each run: without secrets. */
  readonly text?: string | undefined;
}

export interface CompareRun extends Pick<CampaignRun, 'prepare' | 'campaign' | 'signal'> {
  readonly name: string;
  readonly target: string;
  readonly hypothesis: string;
  readonly experiments: readonly ComparedExperiment[];
  /** Runs of each experiment on each side; five or more decide. */
  readonly times: number;
  readonly settings: Omit<CompareSettings, 'order'>;
  /** What keeps every run from being made. */
  readonly stopped?: Pick<CampaignStopped, 'by' | 'detail'> | undefined;
}

/**
 * Runs experiments on both sides, interleaved so that a machine that gets busier meets both alike: base, head, head, base.
 * The runs of a pair have the same seed.
 *
 * @throws ChaosError STORAGE_FAILED when nothing can be kept: nothing was started
 */
export async function runCompare(options: CompareRun): Promise<CampaignOutcome<CompareResults>> {
  const { name, target, hypothesis, experiments, times, settings, prepare, campaign, stopped, signal } =
    options;
  const runs =
    stopped !== undefined || settings.same !== null
      ? []
      : Array.from({ length: times * experiments.length }).flatMap((_, pair) => {
          const sides: readonly Side[] =
            Math.floor(pair / experiments.length) % 2 === 0 ? ['base', 'head'] : ['head', 'base'];
          const experiment = experiments[pair % experiments.length];
          return experiment === undefined ? [] : sides.map((side) => ({ pair, side, experiment }));
        });
  return runRounds({
    judge: judgeCompare,
    campaign: {
      ...campaign,
      kind: 'compare',
      name,
      target,
      hypothesis,
      settings: { ...settings, order: runs.map(({ side }) => side) },
    },
    rounds: runs.map(({ pair, side, experiment }) => ({
      name: side,
      severity: null,
      hypothesis: experiment[side].steadyStateHypothesis,
      experiment: experiment[side],
      seedNumber: pair,
      prepare,
      experimentText: experiment.text,
    })),
    stopped,
    signal,
  });
}
