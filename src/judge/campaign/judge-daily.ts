import type { CampaignEvent } from '../../model/campaign-events.js';
import type { DailyComparison, DailyResults } from '../../model/campaign-results.js';
import type { Fold } from '../../model/fold.js';
import type { RoundSummary } from '../../model/round-summary.js';
import {
  type CampaignCommon,
  campaignCommonOf,
  type CampaignFacts,
  newCampaignFacts,
  stepCampaignFacts,
} from './campaign-facts.js';
import { compareWithEarlier } from './compare-with-earlier.js';
import { dailySettingsOf } from './daily-settings.js';

/** Bounded by the number of experiments of a day. */
export interface DailyState {
  readonly facts: CampaignFacts;
  readonly byRound: Map<number, RoundSummary>;
  readonly notes: string[];
}

const mostNotes = 100;

/** A day's runs, each against its own days before. */
export const judgeDaily: Fold<DailyState, DailyResults, CampaignEvent> = {
  init: () => ({ facts: newCampaignFacts(), byRound: new Map(), notes: [] }),
  step(state, event) {
    stepCampaignFacts(state.facts, event);
    if (event.type === 'round-ended') state.byRound.set(event.round, event.summary);
    if (event.type === 'note-taken' && state.notes.length < mostNotes) state.notes.push(event.text);
    return state;
  },
  result({ facts, byRound, notes }) {
    const common = campaignCommonOf(facts, 'daily');
    const { day, timeZone, since, notToday, experiments } = dailySettingsOf(facts.started?.settings ?? {});
    const comparisons = experiments.flatMap((each, round): readonly DailyComparison[] => {
      const today = byRound.get(round);
      if (today === undefined) return [];
      const { file, experiment, fingerprint, earlier, otherVersions } = each;
      const compared = compareWithEarlier(today, earlier);
      return [{ experiment, file, fingerprint, today, otherVersions, ...compared }];
    });
    return {
      ...common,
      ...verdictOf(common),
      day,
      timeZone,
      since,
      comparisons,
      regressed: comparisons.some(({ regressed }) => regressed),
      notToday,
      notes,
    };
  },
};

/** A day on which an experiment was not run is not green. */
function verdictOf({
  verdict,
  reason,
  roundsRun,
  skipped,
}: CampaignCommon<'daily'>): Pick<DailyResults, 'verdict' | 'reason'> {
  const [first] = skipped;
  const isOtherwiseWell = verdict === 'held' || (verdict === 'inconclusive' && roundsRun === 0);
  if (!isOtherwiseWell) return { verdict, reason };
  if (first !== undefined)
    return { verdict: 'inconclusive', reason: `${first.name} was not run: ${first.why}` };
  return { verdict, reason: roundsRun < 2 ? reason : `${roundsRun} experiments held` };
}
