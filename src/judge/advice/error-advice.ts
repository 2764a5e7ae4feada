import { formatNumber, formatShare } from '../quantity.js';
import { type Advice, type AdviceRule, errorRateOf, type ScenarioView, worstProbe } from './scenario-view.js';

/** What failed answers of the system say about retries, null checks and fallbacks. */
export const errorAdvice: readonly AdviceRule[] = [exceptionsReachUsers, nullsReachUsers, retriesMultiply];

/** With injected exceptions, samples failed: as many as injected, fewer, or more than twice as many. */
function exceptionsReachUsers(view: ScenarioView): Advice | null {
  const { type, parameters } = view.scenario.planned;
  const rate = parameters['injectionRate'];
  if (type !== 'EXCEPTION_INJECTION' || typeof rate !== 'number') return null;
  const worst = worstProbe(view, errorRateOf);
  if (worst === null || worst.value === 0) return null;
  const failed = `${formatShare(worst.value)} of the answers failed`;
  const injected = `${formatShare(rate)} of the calls`;
  if (worst.value > 2 * rate) {
    return {
      evidence: `${failed} although exceptions were thrown in ${injected}: a request makes several such calls, or one failure spoils later ones`,
      action:
        'Retry the failed call alone, with a budget, and keep its failure from the other parts of the answer',
    };
  }
  if (worst.value < 0.5 * rate) return null;
  return {
    evidence: `${failed}, as many as the exceptions thrown in ${injected}: nothing catches them`,
    action:
      'Retry calls that can be repeated, with a budget, and answer with a fallback when they still fail',
  };
}

/** With injected nulls, samples failed. */
function nullsReachUsers(view: ScenarioView): Advice | null {
  if (view.scenario.planned.type !== 'NULL_INJECTION') return null;
  const worst = worstProbe(view, errorRateOf);
  if (worst === null || worst.value === 0) return null;
  return {
    evidence: `${formatShare(worst.value)} of the answers failed when calls returned nothing: a missing value is used as if it were there`,
    action: `Check what ${view.scenario.planned.targetComponents.join(', ') || 'the component'} returns where it is received, and say what a missing value means`,
  };
}

/** The target met the fault at least five times for each sample, and samples failed. */
function retriesMultiply(view: ScenarioView): Advice | null {
  const exposure = view.scenario.latestCheck?.exposure;
  const samples = view.metrics.probes.reduce((sum, probe) => sum + probe.samples, 0);
  const failed = view.metrics.probes.reduce((sum, probe) => sum + probe.failed, 0);
  if (exposure?.kind !== 'counted' || failed === 0 || exposure.n < 5 * samples) return null;
  return {
    evidence: `${formatNumber(exposure.n)} ${exposure.what} in ${formatNumber(samples)} samples met the fault`,
    action:
      'If that is more than a request makes when all is well, retries multiply the load: give them a budget and growing pauses',
  };
}
