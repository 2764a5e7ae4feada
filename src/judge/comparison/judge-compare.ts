import type { CampaignEvent } from '../../model/campaign-events.js';
import type { CompareResults } from '../../model/campaign-results.js';
import type { ComparedScenario } from '../../model/comparison.js';
import type { Fold } from '../../model/fold.js';
import type { RoundSummary } from '../../model/round-summary.js';
import {
  type CampaignCommon,
  campaignCommonOf,
  type CampaignFacts,
  newCampaignFacts,
  stepCampaignFacts,
} from '../campaign/campaign-facts.js';
import type { Decided } from '../campaign/winning-verdict.js';
import { type CompareSettings, compareSettingsOf } from './compare-settings.js';
import { type ComparedScenarios, compareScenarios } from './compare-scenarios.js';
import { comparedSentence, heldSentence } from './compared-sentence.js';

/** Bounded by the number of runs that were asked for. */
export interface CompareState {
  readonly facts: CampaignFacts;
  readonly rounds: { readonly round: number; readonly summary: RoundSummary }[];
}

/**
 * Is the head less resilient than the base? Each number of each scenario over the runs of both: one that is worse by more
 * than its margin makes it `deviated`, one that is undecided `inconclusive`.
 *
 * Before that: something left behind, a person who stopped it, and runs that were not well before the fault, on either
 * side; a head that did not come back. What the base alone did not recover from is what the head is measured by.
 */
export const judgeCompare: Fold<CompareState, CompareResults, CampaignEvent> = {
  init: () => ({ facts: newCampaignFacts(), rounds: [] }),
  step(state, event) {
    stepCampaignFacts(state.facts, withoutAdviceForBase(state.facts, event));
    if (event.type === 'round-ended') state.rounds.push({ round: event.round, summary: event.summary });
    return state;
  },
  result({ facts, rounds }) {
    const common = campaignCommonOf(facts, 'compare');
    const settings = compareSettingsOf(facts.started?.settings ?? {});
    const { margins, order, notes } = settings;
    const of = (side: 'base' | 'head') =>
      rounds.filter(({ round }) => order[round] === side).map(({ summary }) => summary);
    const [base, head] = [of('base'), of('head')];
    const compared = compareScenarios(base, head, margins);
    return {
      ...common,
      ...verdictOf(common, settings, { base, head }, compared),
      base: { ...settings.base, rounds: base },
      head: { ...settings.head, rounds: head },
      margins,
      ...compared,
      notes,
    };
  },
};

/** What the base should do better is not what the author of the head wants to know. */
function withoutAdviceForBase({ started }: CampaignFacts, event: CampaignEvent): CampaignEvent {
  if (event.type !== 'round-ended' || started === null) return event;
  if (compareSettingsOf(started.settings).order[event.round] !== 'base') return event;
  return { ...event, summary: { ...event.summary, recommendations: [] } };
}

interface Sides {
  readonly base: readonly RoundSummary[];
  readonly head: readonly RoundSummary[];
}

function verdictOf(
  common: CampaignCommon<'compare'>,
  settings: CompareSettings,
  sides: Sides,
  { scenarios, unmatched }: ComparedScenarios,
): Decided {
  const { verdict, reason, stoppedBy } = common;
  if (verdict === 'leaked' || verdict === 'interrupted') return { verdict, reason };
  if (settings.same !== null) return { verdict: 'held', reason: `no difference: ${settings.same}` };
  if (stoppedBy?.by === 'build') return { verdict: 'not-steady', reason: stoppedBy.detail };
  for (const side of ['head', 'base'] as const) {
    const unwell = sides[side].filter((round) => round.verdict === 'not-steady');
    if (unwell.length > 0) {
      const count = `${unwell.length} of ${sides[side].length} runs`;
      const why = unwell[0]?.reason ?? '';
      return { verdict: 'not-steady', reason: `${side}: ${count} were not well before the fault: ${why}` };
    }
  }
  const lost = sides.head.filter((round) => round.verdict === 'not-recovered');
  if (lost.length > 0) {
    const before = sides.base.filter((round) => round.verdict === 'not-recovered').length;
    return {
      verdict: 'not-recovered',
      reason: `head: ${lost.length} of ${sides.head.length} runs did not come back (base: ${before} of ${sides.base.length}): ${lost[0]?.reason}`,
    };
  }
  return comparedVerdict(scenarios, unmatched, reason);
}

function comparedVerdict(
  scenarios: readonly ComparedScenario[],
  unmatched: ComparedScenarios['unmatched'],
  reason: string,
): Decided {
  const worse = scenarios.filter(({ state }) => state === 'worse');
  if (worse.length > 0) return { verdict: 'deviated', reason: `worse: ${worse.map(worseText).join('; ')}` };
  if (scenarios.length === 0 && unmatched.length === 0)
    return { verdict: 'inconclusive', reason: `nothing to compare: ${reason}` };
  for (const { scenario, base, head } of scenarios) {
    for (const [side, { runs, injected }] of Object.entries({ base, head })) {
      if (injected > 0) continue;
      if (runs === 0) return { verdict: 'inconclusive', reason: `${side}: ${scenario} was never run` };
      return { verdict: 'not-injected', reason: `${side}: ${scenario} was injected in none of ${runs} runs` };
    }
  }
  const [alone] = unmatched;
  if (alone !== undefined)
    return { verdict: 'inconclusive', reason: `${alone.scenario} was run on ${alone.side} alone` };
  const open = scenarios.filter(({ state }) => state === 'undecided');
  if (open.length > 0) return { verdict: 'inconclusive', reason: `undecided: ${openTexts(open)}` };
  const numbers = scenarios.reduce((sum, { quantities }) => sum + quantities.length, 0);
  return {
    verdict: 'held',
    reason: `not worse: ${numbers} numbers of ${scenarios.length} ${scenarios.length === 1 ? 'scenario' : 'scenarios'} are within their margins`,
  };
}

function worseText(scenario: ComparedScenario): string {
  const numbers = scenario.quantities.filter(({ state }) => state === 'worse').map(comparedSentence);
  const held = scenario.heldFewer ? [heldSentence(scenario)] : [];
  return `${scenario.scenario}: ${[...held, ...numbers].join(', ')}`;
}

/** The number that needs most runs says what it would take. */
function openTexts(scenarios: readonly ComparedScenario[]): string {
  return scenarios
    .map(({ scenario, quantities }) => {
      const open = quantities.filter(({ state }) => state === 'undecided');
      return `${scenario}: ${open.map(comparedSentence).join(', ')}`;
    })
    .join('; ');
}
