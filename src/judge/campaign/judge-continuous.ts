import type { CampaignEvent } from '../../model/campaign-events.js';
import type { ContinuousResults } from '../../model/campaign-results.js';
import type { Fold } from '../../model/fold.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { type Verdict, verdictsWorstFirst, worstOf } from '../../model/verdict.js';
import { formatShare } from '../quantity.js';
import {
  type CampaignCommon,
  campaignCommonOf,
  type CampaignFacts,
  newCampaignFacts,
  stepCampaignFacts,
} from './campaign-facts.js';
import {
  type ContinuousScenario,
  continuousScenarioResult,
  newContinuousScenario,
  stepContinuousScenario,
} from './continuous-scenario.js';
import { continuousSettingsOf } from './continuous-settings.js';
import { newTrend, stepTrend, type Trend, trendPoints } from './trend.js';

/** This many rounds are kept whole. */
const latestRounds = 50;

/** Bounded: it does not grow with the number of rounds, only with that of scenarios. */
export interface ContinuousState {
  readonly facts: CampaignFacts;
  trend: Trend;
  readonly byScenario: Map<string, ContinuousScenario>;
  readonly latest: RoundSummary[];
  readonly samples: { offered: number; failed: number };
  resumed: number;
  /** When the round that runs began. */
  roundAt: number;
  /** The first with the worst verdict, of those that ran to their end. */
  worst: RoundSummary | null;
}

/** What chaos for hours or weeks shows: how each scenario went, and whether it gets better or worse. */
export const judgeContinuous: Fold<ContinuousState, ContinuousResults, CampaignEvent> = {
  init: () => ({
    facts: newCampaignFacts(),
    trend: newTrend(60_000),
    byScenario: new Map(),
    latest: [],
    samples: { offered: 0, failed: 0 },
    resumed: 0,
    roundAt: 0,
    worst: null,
  }),
  step(state, event) {
    stepCampaignFacts(state.facts, event);
    switch (event.type) {
      case 'campaign-started':
        state.trend = newTrend(continuousSettingsOf(event.settings).intervalMs);
        break;
      case 'campaign-resumed':
        state.resumed += 1;
        break;
      case 'round-started':
        state.roundAt = event.t;
        break;
      case 'round-ended':
        takeRound(state, event.summary);
        break;
      default:
    }
    return state;
  },
  result(state) {
    const common = campaignCommonOf(state.facts, 'continuous');
    const { errorBudget, leftOut } = continuousSettingsOf(state.facts.started?.settings ?? {});
    return {
      ...common,
      ...verdictOf(common, state),
      resumed: state.resumed,
      leftOut,
      trend: trendPoints(state.trend),
      byScenario: [...state.byScenario.values()]
        .map(continuousScenarioResult)
        .toSorted((a, b) => a.severity - b.severity || (a.scenario < b.scenario ? -1 : 1)),
      errorBudget: errorBudget === null ? null : { allowed: errorBudget, spent: failedShare(state) },
      latest: [...state.latest],
    };
  },
};

/** Failed samples ÷ all samples of all rounds; 0 before there is one. */
export function failedShare({ samples: { offered, failed } }: Pick<ContinuousState, 'samples'>): number {
  return offered === 0 ? 0 : failed / offered;
}

function takeRound(state: ContinuousState, summary: RoundSummary): void {
  stepTrend(state.trend, state.roundAt, summary);
  for (const scenario of summary.scenarios) {
    const known = state.byScenario.get(scenario.name) ?? newContinuousScenario(scenario);
    state.byScenario.set(scenario.name, known);
    stepContinuousScenario(known, summary, scenario);
  }
  state.latest.push(summary);
  if (state.latest.length > latestRounds) state.latest.shift();
  state.samples.offered += summary.samples.offered;
  state.samples.failed += summary.samples.failed;
  const rank = (of: Verdict) => verdictsWorstFirst.indexOf(of);
  // A round that was interrupted says nothing once the campaign went on after it.
  if (summary.verdict === 'interrupted') return;
  if (state.worst === null || rank(summary.verdict) < rank(state.worst.verdict)) state.worst = summary;
}

function verdictOf(
  { verdict, reason, stoppedBy, roundsRun, roundsByVerdict }: CampaignCommon<'continuous'>,
  { worst }: ContinuousState,
): Pick<ContinuousResults, 'verdict' | 'reason'> {
  if (verdict === 'leaked') return { verdict, reason };
  if (stoppedBy?.by === 'signal' || stoppedBy?.by === 'caller') return { verdict, reason };
  const shown = worst?.verdict ?? 'inconclusive';
  const atLeast = stoppedBy === null ? undefined : leastOf[stoppedBy.by];
  if (stoppedBy !== null && atLeast !== undefined && worstOf([shown, atLeast]) !== shown)
    return { verdict: atLeast, reason: stoppedBy.detail };
  if (worst === null)
    return { verdict: 'inconclusive', reason: stoppedBy?.detail ?? 'no round was run to its end' };
  const count = roundsByVerdict[shown] ?? 0;
  const name = worst.scenarios.map((scenario) => scenario.name).join(', ');
  return {
    verdict: shown,
    reason:
      shown === 'held'
        ? `${count} of ${roundsRun} rounds held`
        : `${count} of ${roundsRun} rounds ${shown} (${formatShare(count / roundsRun)}), the first with ${name}: ${worst.reason}`,
  };
}

/** What a campaign that was stopped by this shows at least, however well its rounds went. */
const leastOf: Readonly<Partial<Record<NonNullable<ContinuousResults['stoppedBy']>['by'], Verdict>>> = {
  'error-budget': 'deviated',
  storage: 'inconclusive',
  error: 'inconclusive',
};
