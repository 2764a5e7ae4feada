import type { GoAdvice } from '../judge/gameday/go-advice.js';
import type { CampaignStopped, GoDecided } from '../model/campaign-events.js';
import { stopReasonOf } from '../orchestrator/stop-reason.js';
import type { Campaign } from './campaign.js';
import type { GoAnswer, GoDecider, GoDecision, GoQuestion } from './go-question.js';

/** What ends a day. */
export type DayStop = Pick<CampaignStopped, 'by' | 'detail'>;

export type RoundDecision =
  | { readonly is: 'go' }
  | { readonly is: 'no-go'; readonly why: string }
  | { readonly is: 'stop'; readonly stop: DayStop };

/** Decides on a round, by the rule or by whom it asks, and says so in the campaign's events. */
export async function decideRound(
  campaign: Campaign,
  question: GoQuestion,
  advice: GoAdvice,
  decide: GoDecider | undefined,
): Promise<RoundDecision> {
  const tell = (go: boolean, by: GoDecided['by'], why: string) =>
    campaign.emit({ type: 'go-decided', round: question.round, go, by, why });
  const { go, why, stops } = advice;
  if (stops !== null) {
    tell(false, 'rule', why);
    return { is: 'stop', stop: { by: stops, detail: why } };
  }
  if (decide === undefined) {
    tell(go, go ? 'automatic' : 'rule', why);
    return go ? { is: 'go' } : { is: 'stop', stop: { by: 'stop-rule', detail: why } };
  }
  let answer: GoAnswer | null;
  try {
    answer = await answerTo(question, decide);
  } catch (error) {
    campaign.mishaps.push(error);
    const detail = `go or no-go could not be asked: ${error instanceof Error ? error.message : String(error)}`;
    return { is: 'stop', stop: { by: 'error', detail } };
  }
  if (answer === null) return { is: 'stop', stop: stopReasonOf(question.signal) };
  const said = answer.why ?? spoken[answer.decision];
  tell(answer.decision === 'go', 'person', said);
  switch (answer.decision) {
    case 'go':
      return { is: 'go' };
    case 'no-go':
      return { is: 'no-go', why: `no-go: ${said}` };
    case 'stop':
      return { is: 'stop', stop: { by: 'person', detail: said } };
  }
}

const spoken: Readonly<Record<GoDecision, string>> = {
  go: 'said go',
  'no-go': 'left out by a person',
  stop: 'stopped by a person',
};

/** @returns null when the answer is no longer needed */
async function answerTo(question: GoQuestion, decide: GoDecider): Promise<GoAnswer | null> {
  const { signal } = question;
  const settled = new AbortController();
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { signal: settled.signal });
  });
  try {
    const answer = await Promise.race([decide(question), aborted]);
    if (typeof answer === 'string') return { decision: answer };
    return answer;
  } finally {
    settled.abort();
  }
}
