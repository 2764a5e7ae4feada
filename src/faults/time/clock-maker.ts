import type { ClockMaker } from '../../model/scenario-parameters.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { isNodeProgram, servedProgram } from '../../targets/clock/served-program.js';
import type { TimeScenarioType } from './clock-effect.js';

/** By what the clocks of another process are changed: as asked for, else by what its command starts. */
export function clockMaker(
  { parameters }: Scenario<TimeScenarioType>,
  target: Target,
): NonNullable<ClockMaker['by']> {
  if (parameters.by !== undefined) return parameters.by;
  const program = target.kind === 'started' ? servedProgram(target.programs ?? []) : null;
  return program === null || isNodeProgram(program) ? 'agent' : 'libfaketime';
}
