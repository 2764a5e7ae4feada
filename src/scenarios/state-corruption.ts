import { z } from 'zod';
import { type CorruptionOperator, corruptionOperators } from '../model/corruption-operator.js';
import { type CorruptionPlace, corruptionPlaces, onlyPlaceOf } from '../model/corruption-place.js';
import type { StateCorruptionParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import type { RuleBroken } from '../model/schema/rule.js';
import { callSelectionShape } from './call-selection-shape.js';
import { defineScenario } from './scenario-definition.js';
import type { Some } from './some.js';

const operatorNames = Object.keys(corruptionOperators) as CorruptionOperator[];
const placeNames = Object.keys(corruptionPlaces) as CorruptionPlace[];

/** Application state is corrupted. */
export const stateCorruption = defineScenario({
  type: 'STATE_CORRUPTION',
  id: 'state_corruption',
  severity: 5,
  description: 'Application state is corrupted: one value in ten is not what was stored.',
  effect:
    'Changes one value in what methods return, in messages, in arguments, or in what components hold; changes to objects that the target keeps are put back.',
  symptoms:
    'Wrong answers that look right, broken invariants, corruption that spreads to what is stored for good.',
  defaults: { injectionRate: 0.1, on: ['results', 'messages'], operators: [] },
  example: { injectionRate: 0.02 },
  parameters: matching<StateCorruptionParameters>()(
    z.strictObject({
      on: z
        .array(z.enum(placeNames))
        .min(1, { error: `at least one of ${placeNames.join(', ')}` })
        .describe(
          'What is corrupted: results, arguments, messages, state. Live state only when it is asked for.',
        ),
      operators: z.array(z.enum(operatorNames)).describe('Names of corruption operators; empty means all.'),
      ...callSelectionShape,
    }),
  ),
  inFiles: { when: null },
  rule: operatorsApply,
});

/** An operator that could never act is a mistake, and not a fault that is less than it was meant to be. */
function operatorsApply({ on, operators }: Some<StateCorruptionParameters>): RuleBroken | undefined {
  if (!Array.isArray(on) || !Array.isArray(operators)) return undefined;
  for (const operator of operators as readonly CorruptionOperator[]) {
    const only = onlyPlaceOf(operator);
    if (only === undefined || on.includes(only)) continue;
    return {
      path: ['operators'],
      message: `expected operators that apply to ${on.join(', ')}, got ${operator}: ${corruptionOperators[operator]}`,
      hint: `add \`${only}\` to \`on\`, or leave the operator out`,
    };
  }
  return undefined;
}
