import { chooseFault } from '../faults/choose-fault.js';
import type { Fault } from '../model/fault.js';
import type { Scenario } from '../model/scenario.js';
import type { Target } from '../model/target.js';

/** Those that can be made on this target, on this machine; the reasons why the others cannot. Touches nothing. */
export async function supportedScenarios<S extends Scenario>(
  scenarios: readonly S[],
  target: Target,
  faults: readonly Fault[],
): Promise<{ readonly supported: readonly S[]; readonly reasons: readonly string[] }> {
  const supported: S[] = [];
  const reasons: string[] = [];
  for (const scenario of scenarios) {
    const choice = await chooseFault(faults, scenario, target);
    if (choice.possible) supported.push(scenario);
    else reasons.push(`${scenario.name}: ${choice.reasons.join('; ')}`);
  }
  return { supported, reasons };
}
