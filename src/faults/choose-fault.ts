import type { Fault } from '../model/fault.js';
import type { Scenario } from '../model/scenario.js';
import type { Target } from '../model/target.js';

/** The fault that makes a scenario real on a target, or every backend's reason why it cannot. */
export type Choice =
  | { readonly possible: true; readonly fault: Fault }
  | { readonly possible: false; readonly reasons: readonly string[] };

/** Asks the faults of the scenario's type in order; the first that can, does. Touches nothing. */
export async function chooseFault(
  faults: readonly Fault[],
  scenario: Scenario,
  target: Target,
): Promise<Choice> {
  const reasons: string[] = [];
  for (const fault of faults) {
    if (fault.type !== scenario.scenarioType) continue;
    const support = await fault.supports(scenario, target);
    if (support.supported) return { possible: true, fault };
    if (!reasons.includes(support.reason)) reasons.push(support.reason);
  }
  if (reasons.length === 0) reasons.push(`no backend makes ${scenario.scenarioType} yet`);
  return { possible: false, reasons };
}
