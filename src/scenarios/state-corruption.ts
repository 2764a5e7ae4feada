import { z } from 'zod';
import { type CorruptionOperator, corruptionOperators } from '../model/corruption-operator.js';
import type { StateCorruptionParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { callSelectionShape } from './call-selection-shape.js';
import { defineScenario } from './scenario-definition.js';

const operatorNames = Object.keys(corruptionOperators) as CorruptionOperator[];

/** Application state is corrupted. */
export const stateCorruption = defineScenario({
  type: 'STATE_CORRUPTION',
  id: 'state_corruption',
  severity: 5,
  description: 'Application state is corrupted: one value in ten is not what was stored.',
  effect: 'Changes one value in what methods return; changes to objects that the target keeps are put back.',
  symptoms:
    'Wrong answers that look right, broken invariants, corruption that spreads to what is stored for good.',
  defaults: { injectionRate: 0.1, operators: [] },
  example: { injectionRate: 0.02 },
  parameters: matching<StateCorruptionParameters>()(
    z.strictObject({
      operators: z.array(z.enum(operatorNames)).describe('Names of corruption operators; empty means all.'),
      ...callSelectionShape,
    }),
  ),
  inFiles: { when: null },
});
