import type { CriterionResult, Recommendation } from '../model/results.js';
import { errorAdvice } from './advice/error-advice.js';
import { evidenceAdvice } from './advice/evidence-advice.js';
import { latencyAdvice } from './advice/latency-advice.js';
import { recoveryAdvice } from './advice/recovery-advice.js';
import { nextStep } from './advice/next-step.js';
import type { AdviceRule } from './advice/scenario-view.js';
import { type MetricsState, scenarioMetricsOf } from './metrics.js';
import type { Judgement } from './scenario-verdict.js';

/** In the order in which they are given; three a scenario are enough to act on. */
const rules: readonly AdviceRule[] = [...recoveryAdvice, ...latencyAdvice, ...errorAdvice, ...evidenceAdvice];
const mostPerScenario = 3;

/**
 * What to do next, each with the numbers of this run that say so.
 *
 * @param criteria - by scenario
 * @param judgements - by scenario, null where it was not judged
 */
export function recommend(
  state: MetricsState,
  criteria: readonly (readonly CriterionResult[])[],
  judgements: readonly (Judgement | null)[],
): readonly Recommendation[] {
  const { started, scenarios, baseline } = state.facts;
  if (started === null) return [];
  const found: Recommendation[] = [];
  if (baseline?.held === false) {
    found.push({
      scenario: 'baseline',
      evidence: `before any fault, ${baseline.detail ?? 'the steady state did not hold'}`,
      action: 'Make the system well, or the probe right, before breaking anything',
    });
  }
  for (const [i, scenario] of scenarios.entries()) {
    const metrics = scenarioMetricsOf(state, scenario, i);
    const judgement = judgements[i] ?? null;
    if (metrics === null || judgement === null) continue;
    const view = { started, scenario, judgement, metrics, criteria: criteria[i] ?? [] };
    const advice = rules.flatMap((rule) => rule(view) ?? []).slice(0, mostPerScenario);
    const given = advice.length > 0 ? advice : [nextStep(view) ?? []].flat();
    found.push(...given.map((one) => ({ scenario: metrics.scenario, ...one })));
  }
  return found;
}
