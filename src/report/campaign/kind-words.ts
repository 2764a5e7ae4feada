import type { CampaignKind } from '../../model/campaign-events.js';

/** What people call the kinds of campaign. */
export const kindWords: Readonly<Record<CampaignKind, string>> = {
  tester: 'test of resilience',
  repeat: 'repeated experiment',
  continuous: 'continuous chaos',
  gameday: 'gameday',
  daily: 'daily run',
  suite: 'test suite under chaos',
  compare: 'comparison',
};
