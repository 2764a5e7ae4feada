import type { Decide } from '../../model/decide.js';
import type { Scenario } from '../../model/scenario.js';
import { rangeOf } from '../../model/scenario-parameters.js';

/** How busy something is kept, drawn from what was asked. */
export function percentOfTime(
  { name, parameters }: Scenario<'CPU_STRESS'>,
  site: string,
  decide: Decide,
): number {
  const [min, max] = rangeOf(parameters.cpuPercentage);
  return min + (max - min) * decide(name, site, 0);
}
