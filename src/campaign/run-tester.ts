import { judgeTester } from '../judge/campaign/judge-tester.js';
import type { TesterSettings } from '../judge/campaign/tester-settings.js';
import type { TesterResults } from '../model/campaign-results.js';
import { toMs } from '../model/duration.js';
import type { Experiment } from '../model/experiment.js';
import type { Scenario } from '../model/scenario.js';
import { prepareRun } from '../orchestrator/prepare-run.js';
import type { CampaignRun } from './campaign-run.js';
import type { CampaignOutcome } from './campaign-outcome.js';
import { experimentWith } from './experiment-with.js';
import { roundOrder } from './round-order.js';
import { runRounds } from './run-rounds.js';

/** A resilience test, with everything decided. */
export interface TesterRun extends CampaignRun {
  /** What is the same in each run; its scenarios are not looked at. */
  readonly experiment: Experiment;
  /** Each is injected alone, in turn. */
  readonly scenarios: readonly Scenario[];
  /** Runs in all. */
  readonly runs: number;
  /** The probe that stands for callers of the system. */
  readonly probe: string;
  readonly targets: TesterSettings['targets'];
}

/**
 * Injects each scenario in runs of its own, each with its own baseline and recovery, and judges them together.
 *
 * It ends early when something was left behind, or when two runs in a row began with a system that was not well.
 *
 * @throws ChaosError when a run would be refused (invalid, unsafe, not supported here): nothing was started
 */
export async function runTester(options: TesterRun): Promise<CampaignOutcome<TesterResults>> {
  const { experiment, scenarios, runs, probe, targets, prepare, campaign: kept, signal } = options;
  const experiments = new Map(scenarios.map((scenario) => [scenario, experimentWith(experiment, scenario)]));
  let target = '';
  for (const each of experiments.values()) {
    const { plan } = await prepareRun(each, { ...prepare, seed: kept.seed, clock: kept.clock });
    target = plan.target.name;
  }
  const horizonSeconds = toMs(experiment.maxRecoveryWait) / 1_000;
  return runRounds({
    judge: judgeTester,
    campaign: {
      ...kept,
      kind: 'tester',
      name: experiment.name,
      target,
      hypothesis: experiment.steadyStateHypothesis,
      settings: { probe, horizonSeconds, targets, runs, scenarios: scenarios.map(({ name }) => name) },
    },
    rounds: roundOrder(scenarios, runs, kept.seed).map((scenario) => ({
      name: scenario.name,
      severity: scenario.severity,
      hypothesis: experiment.steadyStateHypothesis,
      experiment: experiments.get(scenario) ?? experiment,
      prepare,
      experimentText: options.experimentText,
    })),
    signal,
  });
}
