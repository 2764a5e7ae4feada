import { judgeRepeat } from '../judge/campaign/judge-repeat.js';
import type { RepeatResults } from '../model/campaign-results.js';
import type { RoundSummary } from '../model/round-summary.js';
import { prepareRun } from '../orchestrator/prepare-run.js';
import { stopReasonOf } from '../orchestrator/stop-reason.js';
import { Campaign } from './campaign.js';
import type { CampaignRun } from './campaign-run.js';
import type { CampaignOutcome } from './campaign-outcome.js';
import { stopAfter } from './stop-after.js';

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
  let judged = judgeRepeat.init();
  await using campaign = await Campaign.start({
    ...kept,
    kind: 'repeat',
    name: experiment.name,
    target: plan.target.name,
    hypothesis,
    settings: { times },
    onEvent: (event) => {
      judged = judgeRepeat.step(judged, event);
      kept.onEvent?.(event);
    },
  });
  let before: RoundSummary | null = null;
  for (let number = 0; number < times && !signal.aborted; number += 1) {
    const summary: RoundSummary = await campaign.runRound(
      { number, name: 'run', severity: null, hypothesis, experiment, prepare, experimentText },
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
  const results = judgeRepeat.result(judged);
  await campaign.writeResults(results);
  return { results, folder: campaign.path, mishaps: campaign.mishaps };
}
