import type { GateCoverage, GateScenario } from '../../model/gate-result.js';

/**
 * Which of the scenarios that were asked for were confirmed in at least one run.
 *
 * @param asked - their names; each as often as it was asked for
 * @param missing - those that were not even tried, and why
 */
export function gateCoverage(
  asked: readonly string[],
  perScenario: readonly GateScenario[],
  missing: GateCoverage['missing'] = [],
): GateCoverage {
  const confirmed = perScenario.filter(({ faults }) => faults > 0).map(({ scenario }) => scenario);
  const known = new Set([...confirmed, ...missing.map(({ scenario }) => scenario)]);
  const never = [...new Set(asked)]
    .filter((name) => !known.has(name))
    .map((scenario) => ({ scenario, why: 'confirmed in none of its runs' }));
  return {
    share: asked.length === 0 ? 0 : Math.min(1, confirmed.length / asked.length),
    asked: asked.length,
    confirmed,
    missing: [...missing, ...never],
  };
}
