import { formatNumber } from '../../judge/quantity.js';
import type { SuiteResults } from '../../model/campaign-results.js';
import type { Answer, Tone } from '../five-answers.js';
import { isItClean } from './campaign-answers.js';

/** The questions that a report answers first, as they are asked of a test suite. */
export function suiteAnswers(results: SuiteResults): readonly Answer[] {
  return [
    whatWasBroken(results),
    wasItReal(results),
    whatWasNoticed(results),
    isItSteady(results),
    isItClean(results),
  ];
}

function whatWasBroken({ byScenario, roundsRun, undisturbedRuns, command }: SuiteResults): Answer {
  const under = roundsRun - undisturbedRuns;
  return {
    question: 'What was broken?',
    tone: under === 0 ? 'unsure' : 'neutral',
    answer: `${formatNumber(byScenario.length)} scenarios in ${formatNumber(under)} runs, beside ${undisturbedRuns} without chaos`,
    details: [command],
  };
}

function wasItReal({ byScenario }: SuiteResults): Answer {
  const runs = byScenario.reduce((sum, each) => sum + each.runs, 0);
  const left = byScenario.reduce((sum, each) => sum + each.notInjected, 0);
  const real = runs - left;
  const tone: Tone = real === 0 ? 'bad' : left === 0 ? 'good' : 'unsure';
  return {
    question: 'Was it really broken?',
    tone,
    answer: runs === 0 ? 'nothing was injected' : `confirmed and met in ${real} of ${runs} runs`,
    details: byScenario
      .filter(({ notInjected }) => notInjected > 0)
      .map(({ scenario, notInjected, runs: of }) => `${scenario}: left out ${notInjected} of ${of} runs`),
  };
}

function whatWasNoticed({ byScenario, verdict }: SuiteResults): Answer {
  const met = byScenario.filter(({ counted }) => counted > 0);
  const unnoticed = met.filter((each) => each.unnoticed).map(({ scenario }) => scenario);
  const noticed = met.length - unnoticed.length;
  return {
    question: 'What did the tests notice?',
    tone:
      met.length === 0 ? 'unsure' : verdict === 'deviated' ? 'bad' : verdict === 'held' ? 'good' : 'unsure',
    answer: met.length === 0 ? 'nothing was met' : `${noticed} of ${met.length} scenarios that were met`,
    details: unnoticed.length === 0 ? [] : [`no test failed under ${unnoticed.join(', ')}`],
  };
}

function isItSteady({ tests, outcome, undisturbedRuns }: SuiteResults): Answer {
  const question = 'Do they hold without chaos?';
  if (outcome !== 'ran') return { question, tone: 'bad', answer: `no: ${outcome}`, details: [] };
  const flaky = tests.filter(({ standing }) => standing === 'flaky').map(({ id }) => id);
  if (flaky.length === 0)
    return { question, tone: 'good', answer: `yes, in each of ${undisturbedRuns} runs`, details: [] };
  return { question, tone: 'unsure', answer: `${flaky.length} of ${tests.length} are flaky`, details: flaky };
}
