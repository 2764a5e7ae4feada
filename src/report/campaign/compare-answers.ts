import { formatNumber, formatResponse } from '../../judge/quantity.js';
import { medianOf } from '../../judge/statistics/median-of.js';
import { comparedSentence, heldSentence } from '../../judge/comparison/compared-sentence.js';
import type { CompareResults } from '../../model/campaign-results.js';
import type { ComparedScenario } from '../../model/comparison.js';
import type { RoundSummary } from '../../model/round-summary.js';
import type { Answer, Tone } from '../five-answers.js';
import { verdictTone } from '../verdict-tone.js';
import { campaignAnswers } from './campaign-answers.js';
import { roundNumbers } from './round-numbers.js';

const feltQuestion = 'What would users have felt?';

/** The five questions of every report; what was felt is told of both sides. */
export function compareAnswers(results: CompareResults): readonly Answer[] {
  return campaignAnswers(results).map((answer) =>
    answer.question === feltQuestion ? whatWasFelt(results) : answer,
  );
}

function whatWasFelt({ base, head, scenarios, verdict }: CompareResults): Answer {
  const tone: Tone = verdictTone(verdict);
  if (scenarios.length === 0)
    return { question: feltQuestion, tone, answer: 'nothing was compared', details: [] };
  return {
    question: feltQuestion,
    tone,
    answer: `base: ${feltText(base.rounds)}; head: ${feltText(head.rounds)}`,
    details: scenarios.flatMap(worseOf),
  };
}

function feltText(rounds: readonly RoundSummary[]): string {
  const numbers = rounds.map(roundNumbers);
  const offered = numbers.reduce((sum, round) => sum + round.offered, 0);
  const failed = numbers.reduce((sum, round) => sum + round.failed, 0);
  const p95 = medianOf(numbers.flatMap(({ p95DuringMs }) => p95DuringMs ?? []));
  const slow = p95 === null ? '' : `, p95 ${formatResponse(p95)}`;
  return `${failed === 0 ? 'none' : formatNumber(failed)} of ${formatNumber(offered)} answers failed${slow}`;
}

/** What got worse, one line each. */
function worseOf(scenario: ComparedScenario): readonly string[] {
  const worse = scenario.quantities.filter(({ state }) => state === 'worse');
  return [
    ...(scenario.heldFewer ? [`${scenario.scenario}: ${heldSentence(scenario)}`] : []),
    ...worse.map((quantity) => `${scenario.scenario}: ${comparedSentence(quantity)}`),
  ];
}
