import type { CampaignEvent, CampaignStopped } from '../model/campaign-events.js';
import type { CampaignResults } from '../model/campaign-results.js';
import type { Fold } from '../model/fold.js';
import type { RoundSummary } from '../model/round-summary.js';
import { stopReasonOf } from '../orchestrator/stop-reason.js';
import { Campaign, type CampaignOptions, type Round } from './campaign.js';
import type { CampaignOutcome } from './campaign-outcome.js';
import { stopAfter } from './stop-after.js';

/** A campaign whose rounds are known before it starts. */
export interface PlannedRounds<State, Results extends CampaignResults> {
  readonly judge: Fold<State, Results, CampaignEvent>;
  readonly campaign: CampaignOptions;
  /** In order; numbered from 0. */
  readonly rounds: Iterable<Omit<Round, 'number'>>;
  /** What keeps it from running any. */
  readonly stopped?: Pick<CampaignStopped, 'by' | 'detail'> | undefined;
  readonly signal: AbortSignal;
}

/**
 * Runs all rounds, one after the other, and judges them together. Ends early when it is stopped, when something was left
 * behind, or when two runs in a row began with a system that was not well.
 *
 * @throws ChaosError STORAGE_FAILED when nothing can be kept: nothing was started
 */
export async function runRounds<State, Results extends CampaignResults>({
  judge,
  campaign: options,
  rounds,
  stopped,
  signal,
}: PlannedRounds<State, Results>): Promise<CampaignOutcome<Results>> {
  let judged = judge.init();
  await using campaign = await Campaign.start({
    ...options,
    onEvent: (event) => {
      judged = judge.step(judged, event);
      options.onEvent?.(event);
    },
  });
  if (stopped !== undefined) campaign.emit({ type: 'campaign-stopped', ...stopped });
  let before: RoundSummary | null = null;
  let number = 0;
  for (const round of rounds) {
    if (signal.aborted) break;
    const summary: RoundSummary = await campaign.runRound({ ...round, number }, signal);
    const stop = stopAfter(summary, before);
    if (stop !== null) {
      campaign.emit({ type: 'campaign-stopped', ...stop });
      break;
    }
    before = summary;
    number += 1;
  }
  if (signal.aborted) campaign.emit({ type: 'campaign-stopped', ...stopReasonOf(signal) });
  campaign.emit({ type: 'campaign-ended' });
  const results = judge.result(judged);
  await campaign.writeResults(results);
  return { results, folder: campaign.path, mishaps: campaign.mishaps };
}
