import { formatMs } from '../../model/duration.js';
import { formatNumber } from '../quantity.js';
import { type Advice, type AdviceRule, activeMsOf, type ScenarioView } from './scenario-view.js';

/** What the run itself says about the experiment: was the fault met, was enough seen. */
export const evidenceAdvice: readonly AdviceRule[] = [leftBehind, neverMet, notConfirmed, tooFewSamples];

function leftBehind({ judgement }: ScenarioView): Advice | null {
  if (judgement.verdict !== 'leaked') return null;
  return { evidence: judgement.reason, action: 'Run `chaosx recover`, then look at what it reports' };
}

/** The fault was there and nothing of the target met it. */
function neverMet(view: ScenarioView): Advice | null {
  const { lastCheck, planned } = view.scenario;
  if (lastCheck?.exposure.kind !== 'counted' || lastCheck.exposure.n > 0) return null;
  const components = planned.targetComponents.join(', ') || planned.name;
  const rate = planned.parameters['injectionRate'];
  const few = typeof rate === 'number' && rate < 1 ? ', or raise injectionRate' : '';
  return {
    evidence: `in ${formatMs(activeMsOf(view))} the target never met the fault (0 ${lastCheck.exposure.what})`,
    action: `Make the probes use ${components}, or name components that they use${few}`,
  };
}

/** The first or last look did not see the fault. */
function notConfirmed({ scenario: { firstCheck, lastCheck } }: ScenarioView): Advice | null {
  const evidence = [firstCheck, lastCheck].find((one) => one !== null && one.active !== 'yes');
  if (!evidence) return null;
  const { quantity, unit, baseline, during, expected } = evidence.measured;
  const value = (x: number | null) => (x === null ? 'nothing' : `${formatNumber(x, 1)} ${unit}`);
  const seen = evidence.active === 'no' ? 'was not seen to act' : 'may not have acted';
  return {
    evidence: `the fault ${seen}: ${quantity} ${value(baseline)} before and ${value(during)} during, expected ${expected}`,
    action: 'Look at whether the target still used what was broken, and run it again',
  };
}

/** Fewer than 20 samples of a probe: its p95 is its maximum. Said only where the fault was met. */
function tooFewSamples({ metrics, started, scenario }: ScenarioView): Advice | null {
  const few = metrics.probes.find(({ samples }) => samples < 20);
  const plan = started.probes.find(({ name }) => name === few?.probe);
  if (few === undefined || plan === undefined || scenario.lastCheck?.active !== 'yes') return null;
  if (scenario.lastCheck.exposure.kind === 'counted' && scenario.lastCheck.exposure.n === 0) return null;
  if (scenario.targetFailed !== null || scenario.abort !== null) return null;
  const everyMs = Math.max(1, Math.floor(scenario.planned.activeMs / 20));
  return {
    evidence: `${few.probe} gave ${few.samples} samples while the fault was active: a p95 needs 20`,
    action: `Ask every ${formatMs(Math.min(everyMs, plan.everyMs))} or less (\`every\`), or keep the fault for ${formatMs(20 * plan.everyMs)}`,
  };
}
