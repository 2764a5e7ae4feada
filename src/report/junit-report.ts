import { criterionSentence } from '../judge/criterion-sentence.js';
import type { CriterionResult, Results, ScenarioResult } from '../model/results.js';
import { exposureText, measuredText } from './evidence-text.js';
import { lookedAtText } from './looked-at-text.js';
import { type JUnitCase, junitXml } from './junit-xml.js';

/**
 * A run as JUnit XML: a case for each scenario, each criterion, the clean exit and the run itself. Failures are what the
 * system did; errors are what keeps the run from saying anything (not injected, inconclusive, not steady). There is a
 * failure or an error exactly when the verdict is not `held`.
 */
export function renderJUnit(results: Results): string {
  const { experiment, verdict, durationSeconds, startedAt, runId, seed, target } = results;
  return junitXml({
    name: experiment,
    verdict,
    seconds: durationSeconds,
    startedAt,
    properties: { verdict, runId, seed: String(seed), target },
    cases: casesOf(results),
  });
}

function casesOf(results: Results): readonly JUnitCase[] {
  const cases = [
    ...results.scenarios.map((scenario) => scenarioCase(scenario, results)),
    ...results.criteria.map(criterionCase),
    cleanExitCase(results),
  ];
  // What broke is told where it broke; a verdict that nothing above tells is told by the run itself.
  const told = cases.some(({ problem }) => problem !== null && problem !== 'skipped');
  const failed = !results.experimentSuccessful && !told;
  return [
    {
      name: 'run',
      problem: failed
        ? { kind: kindOf(results.verdict), message: `${results.verdict}: ${results.reason}` }
        : null,
      output: [
        `${results.verdict}: ${results.reason}`,
        ...results.recommendations,
        ...results.lastOutput,
      ].join('\n'),
      seconds: results.durationSeconds,
    },
    ...cases,
  ];
}

function kindOf(verdict: Results['verdict']): 'failure' | 'error' {
  return verdict === 'deviated' || verdict === 'not-recovered' || verdict === 'leaked' ? 'failure' : 'error';
}

function scenarioCase(scenario: ScenarioResult, { durationSeconds }: Results): JUnitCase {
  const { name, verdict, reason, evidence, injectedAtMs, revertedAtMs } = scenario;
  const problem = () => {
    if (verdict === null) return 'skipped';
    return verdict === 'held' ? null : ({ kind: kindOf(verdict), message: `${verdict}: ${reason}` } as const);
  };
  const proof = evidence === null ? [] : [measuredText(evidence.measured), exposureText(evidence.exposure)];
  return {
    name: `scenario ${name}`,
    problem: problem(),
    output: [reason, ...proof].join('\n'),
    seconds:
      injectedAtMs === null ? 0 : (revertedAtMs ?? durationSeconds * 1_000) / 1_000 - injectedAtMs / 1_000,
  };
}

function criterionCase(criterion: CriterionResult): JUnitCase {
  const { name, scenario, probe, held } = criterion;
  const sentence = criterionSentence(criterion);
  return {
    name: `criterion ${name}: ${scenario}${probe === null ? '' : `, ${probe}`}`,
    // What was not observed makes its scenario inconclusive, which is told there.
    problem: held === null ? 'skipped' : held ? null : { kind: 'failure', message: sentence },
    output: sentence,
    seconds: 0,
  };
}

function cleanExitCase({ cleanExit }: Results): JUnitCase {
  const [message, output] =
    cleanExit === null
      ? ['not checked: the run died before', '']
      : [`left behind: ${cleanExit.leftovers.join('; ')}`, lookedAtText(cleanExit)];
  const clean = cleanExit?.clean === true;
  return { name: 'clean exit', problem: clean ? null : { kind: 'failure', message }, output, seconds: 0 };
}
