import type { CampaignEvent, CampaignKind } from '../../model/campaign-events.js';
import type { CampaignResults } from '../../model/campaign-results.js';
import { ChaosError } from '../../model/chaos-error.js';
import type { Fold } from '../../model/fold.js';
import { judgeCompare } from '../comparison/judge-compare.js';
import { judgeContinuous } from './judge-continuous.js';
import { judgeDaily } from './judge-daily.js';
import { judgeGameday } from './judge-gameday.js';
import { judgeRepeat } from './judge-repeat.js';
import { judgeSuite } from './judge-suite.js';
import { judgeTester } from './judge-tester.js';

/** A fold that was begun, whatever its state is. */
interface Judging {
  step(event: CampaignEvent): void;
  result(): CampaignResults;
}

/** How the events of each kind of campaign are judged. */
const folds: Readonly<Record<CampaignKind, () => Judging>> = {
  tester: () => begin(judgeTester),
  repeat: () => begin(judgeRepeat),
  continuous: () => begin(judgeContinuous),
  gameday: () => begin(judgeGameday),
  daily: () => begin(judgeDaily),
  suite: () => begin(judgeSuite),
  compare: () => begin(judgeCompare),
};

function begin<State>(fold: Fold<State, CampaignResults, CampaignEvent>): Judging {
  let state = fold.init();
  return {
    step: (event) => {
      state = fold.step(state, event);
    },
    result: () => fold.result(state),
  };
}

export interface JudgeCampaignState {
  judging: Judging | null;
  ended: boolean;
}

const diedDetail = 'its process died, or still runs: the last event does not say that it ended';

/**
 * What a saved campaign showed, of whatever kind it is. One that did not end in order is said to be stopped by an error,
 * and never held.
 *
 * `result` throws ChaosError INVALID_INPUT when there was no `campaign-started`.
 */
export const judgeCampaign: Fold<JudgeCampaignState, CampaignResults, CampaignEvent> = {
  init: () => ({ judging: null, ended: false }),
  step(state, event) {
    if (event.type === 'campaign-started') state.judging ??= folds[event.kind]();
    state.judging?.step(event);
    state.ended = event.type === 'campaign-ended';
    return state;
  },
  result({ judging, ended }) {
    if (judging === null) {
      throw new ChaosError(
        'INVALID_INPUT',
        'expected the events of a campaign to begin with campaign-started, got none',
        { hint: 'give the campaign.jsonl of a campaign' },
      );
    }
    const results = judging.result();
    if (ended) return results;
    return {
      ...results,
      ...(results.verdict === 'held' && { verdict: 'inconclusive', reason: diedDetail }),
      stoppedBy: results.stoppedBy ?? { by: 'error', detail: diedDetail },
    };
  },
};
