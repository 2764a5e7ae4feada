import type { CampaignStopped } from '../model/campaign-events.js';
import type { RoundSummary } from '../model/round-summary.js';

/**
 * Why no further run should follow: something was left behind, or two runs in a row began with a system that was not
 * well. null: go on.
 */
export function stopAfter(
  summary: RoundSummary,
  before: RoundSummary | null,
): Pick<CampaignStopped, 'by' | 'detail'> | null {
  if (summary.verdict === 'leaked') return { by: 'leaked', detail: summary.reason };
  if (summary.verdict !== 'not-steady' || before?.verdict !== 'not-steady') return null;
  const detail = `two runs in a row began with a system that was not well: ${summary.reason}`;
  return { by: 'stop-rule', detail };
}
