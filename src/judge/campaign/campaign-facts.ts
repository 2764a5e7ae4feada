import { ChaosError } from '../../model/chaos-error.js';
import type {
  CampaignEvent,
  CampaignKind,
  CampaignStarted,
  CampaignStopped,
} from '../../model/campaign-events.js';
import type { CampaignResults, CountedRecommendation } from '../../model/campaign-results.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { type Verdict, verdictsWorstFirst } from '../../model/verdict.js';

/** Most different recommendations that are kept: those of the first rounds, counted on. */
const mostRecommendations = 100;
/** Most rounds that were left out and are named. */
const mostSkipped = 100;

/** What the folds of all kinds of campaign need: bounded, however long it is. */
export interface CampaignFacts {
  started: CampaignStarted | null;
  /** Milliseconds since the campaign's start. */
  t: number;
  ended: boolean;
  stopped: CampaignStopped | null;
  roundsRun: number;
  readonly byVerdict: Map<Verdict, number>;
  /** The first round with the worst verdict so far. */
  worst: RoundSummary | null;
  readonly skipped: { readonly name: string; readonly why: string }[];
  /** By their text without its numbers, which differ from run to run. */
  readonly recommendations: Map<string, { readonly text: string; rounds: number }>;
}

export function newCampaignFacts(): CampaignFacts {
  return {
    started: null,
    t: 0,
    ended: false,
    stopped: null,
    roundsRun: 0,
    byVerdict: new Map(),
    worst: null,
    skipped: [],
    recommendations: new Map(),
  };
}

/** Takes the next event into the facts. */
export function stepCampaignFacts(facts: CampaignFacts, event: CampaignEvent): void {
  facts.t = event.t;
  switch (event.type) {
    case 'campaign-started':
      facts.started = event;
      return;
    case 'campaign-resumed':
      facts.ended = false;
      facts.stopped = null;
      return;
    case 'round-ended':
      takeRound(facts, event.summary);
      return;
    case 'round-skipped':
      if (facts.skipped.length < mostSkipped) facts.skipped.push({ name: event.name, why: event.why });
      return;
    case 'campaign-stopped':
      facts.stopped ??= event;
      return;
    case 'campaign-ended':
      facts.ended = true;
      return;
    case 'round-started':
    case 'note-taken':
    case 'go-decided':
      return;
  }
}

function takeRound(facts: CampaignFacts, summary: RoundSummary): void {
  const { verdict, recommendations } = summary;
  facts.roundsRun += 1;
  facts.byVerdict.set(verdict, (facts.byVerdict.get(verdict) ?? 0) + 1);
  const rank = (of: Verdict) => verdictsWorstFirst.indexOf(of);
  if (facts.worst === null || rank(verdict) < rank(facts.worst.verdict)) facts.worst = summary;
  for (const [same, text] of new Map(recommendations.map((each) => [withoutNumbers(each), each]))) {
    const known = facts.recommendations.get(same);
    if (known !== undefined) known.rounds += 1;
    else if (facts.recommendations.size < mostRecommendations)
      facts.recommendations.set(same, { text, rounds: 1 });
  }
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/\d[\d.,]*(?: (?:ms|s|min))?/g, '#');
}

/** The part of the results that all kinds share; `verdict` and `reason` are those of the worst round. */
export type CampaignCommon<K extends CampaignKind> = Pick<
  CampaignResults,
  | 'name'
  | 'campaignId'
  | 'target'
  | 'hypothesis'
  | 'seed'
  | 'startedAt'
  | 'durationSeconds'
  | 'verdict'
  | 'reason'
  | 'stoppedBy'
  | 'roundsRun'
  | 'roundsByVerdict'
  | 'skipped'
  | 'recommendations'
  | 'environment'
> & { readonly kind: K };

/**
 * The facts as results have them.
 *
 * @throws ChaosError INVALID_INPUT when there was no `campaign-started` of this kind
 */
export function campaignCommonOf<K extends CampaignKind>(facts: CampaignFacts, kind: K): CampaignCommon<K> {
  const { started, stopped, worst } = facts;
  if (started?.kind !== kind) {
    throw new ChaosError(
      'INVALID_INPUT',
      `expected the events of a campaign to begin with campaign-started of kind ${kind}, got ${started?.kind ?? 'none'}`,
      { hint: 'give the campaign.jsonl of a campaign' },
    );
  }
  const { name, campaignId, target, hypothesis, seed, startedAt, environment } = started;
  return {
    kind,
    name,
    campaignId,
    target,
    hypothesis,
    seed,
    startedAt,
    durationSeconds: facts.t / 1_000,
    ...verdictOf(facts, worst),
    stoppedBy: stopped === null ? null : { by: stopped.by, detail: stopped.detail },
    roundsRun: facts.roundsRun,
    roundsByVerdict: Object.fromEntries(facts.byVerdict),
    skipped: facts.skipped,
    recommendations: countedRecommendations(facts),
    environment,
  };
}

/** A campaign that a person ended is `interrupted`, unless a round was worse. */
function verdictOf(
  { stopped, roundsRun }: CampaignFacts,
  worst: RoundSummary | null,
): { readonly verdict: Verdict; readonly reason: string } {
  if (worst?.verdict === 'leaked') return { verdict: 'leaked', reason: reasonOf(worst) };
  if (stopped?.by === 'signal' || stopped?.by === 'caller')
    return { verdict: 'interrupted', reason: `stopped after ${roundsRun} rounds: ${stopped.detail}` };
  if (worst === null) return { verdict: 'inconclusive', reason: stopped?.detail ?? 'no round was run' };
  return { verdict: worst.verdict, reason: reasonOf(worst) };
}

function reasonOf({ experiment, reason }: RoundSummary): string {
  return `${experiment}: ${reason}`;
}

/** Most frequent first; each with the numbers of the first round that gave it. */
function countedRecommendations({ recommendations }: CampaignFacts): readonly CountedRecommendation[] {
  return [...recommendations.values()]
    .map(({ text, rounds }) => ({ text, rounds }))
    .toSorted((a, b) => b.rounds - a.rounds);
}
