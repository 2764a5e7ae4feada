import { judgeTester } from '../judge/campaign/judge-tester.js';
import type { TesterSettings } from '../judge/campaign/tester-settings.js';
import type { TesterResults } from '../model/campaign-results.js';
import { toMs } from '../model/duration.js';
import type { Experiment } from '../model/experiment.js';
import type { RoundSummary } from '../model/round-summary.js';
import type { Scenario } from '../model/scenario.js';
import { prepareRun } from '../orchestrator/prepare-run.js';
import { stopReasonOf } from '../orchestrator/stop-reason.js';
import { Campaign } from './campaign.js';
import type { CampaignRun } from './campaign-run.js';
import type { CampaignOutcome } from './campaign-outcome.js';
import { experimentWith } from './experiment-with.js';
import { roundOrder } from './round-order.js';
import { stopAfter } from './stop-after.js';

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
  let judged = judgeTester.init();
  await using campaign = await Campaign.start({
    ...kept,
    kind: 'tester',
    name: experiment.name,
    target,
    hypothesis: experiment.steadyStateHypothesis,
    settings: { probe, horizonSeconds, targets, runs, scenarios: scenarios.map(({ name }) => name) },
    onEvent: (event) => {
      judged = judgeTester.step(judged, event);
      kept.onEvent?.(event);
    },
  });
  let before: RoundSummary | null = null;
  for (const [number, scenario] of roundOrder(scenarios, runs, kept.seed).entries()) {
    if (signal.aborted) break;
    const summary: RoundSummary = await campaign.runRound(
      {
        number,
        name: scenario.name,
        severity: scenario.severity,
        hypothesis: experiment.steadyStateHypothesis,
        experiment: experiments.get(scenario) ?? experiment,
        prepare,
        experimentText: options.experimentText,
      },
      signal,
    );
    const stop = stopAfter(summary, before);
    if (stop !== null) {
      campaign.emit({ type: 'campaign-stopped', ...stop });
      break;
    }
    before = summary;
  }
  if (signal.aborted) campaign.emit({ type: 'campaign-stopped', ...stopReasonOf(signal) });
  campaign.emit({ type: 'campaign-ended' });
  const results = judgeTester.result(judged);
  await campaign.writeResults(results);
  return { results, folder: campaign.path, mishaps: campaign.mishaps };
}
