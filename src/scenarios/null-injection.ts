import { z } from 'zod';
import type { NullInjectionParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { callSelectionShape } from './call-selection-shape.js';
import { defineScenario } from './scenario-definition.js';

/** Calls return null. */
export const nullInjection = defineScenario({
  type: 'NULL_INJECTION',
  id: 'null_injection',
  severity: 3,
  description: 'Calls return null: one in ten gives nothing back.',
  effect: 'Replaces what methods return by null, undefined, an empty value, or a value of yours.',
  symptoms: 'TypeErrors far from their cause, empty pages, defaults that are stored as if they were data.',
  defaults: { injectionRate: 0.1, value: 'null' },
  example: { value: 'empty', injectionRate: 0.5 },
  parameters: matching<NullInjectionParameters>()(
    z.strictObject({
      value: z
        .xor(
          [
            z.enum(['null', 'undefined', 'empty']),
            z.strictObject({ given: z.unknown().describe('What callers get: any value.') }),
          ],
          {
            error: ({ input }) =>
              typeof input === 'object' && input !== null
                ? undefined
                : 'null, undefined or empty as text, or { given: … }',
          },
        )
        .describe('What callers get: null, undefined, empty (of the real type), or { given: … }.'),
      ...callSelectionShape,
    }),
  ),
  inFiles: { when: null },
});
