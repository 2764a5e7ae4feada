import { z } from 'zod';
import type { StateCorruptionParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { textSchema } from '../model/schema/text-schema.js';
import { callSelectionShape } from './call-selection-shape.js';
import { defineScenario } from './scenario-definition.js';

/** Application state is corrupted. */
export const stateCorruption = defineScenario({
  type: 'STATE_CORRUPTION',
  id: 'state_corruption',
  severity: 5,
  description: 'Application state is corrupted: one value in ten is not what was stored.',
  effect: 'Changes values that the target keeps, journals every change, and puts all of them back.',
  symptoms:
    'Wrong answers that look right, broken invariants, corruption that spreads to what is stored for good.',
  defaults: { injectionRate: 0.1, operators: [] },
  example: { injectionRate: 0.02 },
  parameters: matching<StateCorruptionParameters>()(
    z.strictObject({
      operators: z.array(textSchema).describe('Names of corruption operators; empty means all.'),
      ...callSelectionShape,
    }),
  ),
  inFiles: { when: null },
});
