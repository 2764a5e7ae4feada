import { z } from 'zod';
import type { TimeSkewParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

const expected = 'an offset other than 0: seconds, or a text such as "1h" or "-30s"';

/** The clock is shifted. */
export const timeSkew = defineScenario({
  type: 'TIME_SKEW',
  id: 'time_skew',
  severity: 3,
  description: 'The clock is wrong: the target lives an hour ahead.',
  effect: "Shifts the wall clock that the target sees; the machine's clock is never touched.",
  symptoms: 'Tokens that expired or are not valid yet, caches that never expire, records in the wrong order.',
  defaults: { offset: '1h' },
  example: { offset: '-5m' },
  parameters: matching<TimeSkewParameters>()(
    z.strictObject({
      offset: z
        .xor([z.number(), z.string().regex(/^[+-]?\d+(\.\d+)?(ms|s|m|h|d)$/)], {
          error: expected,
        })
        .refine((offset) => Number.parseFloat(String(offset)) !== 0, { error: expected })
        .describe('Shift of the wall clock: seconds, or a text with a unit; negative is into the past.'),
    }),
  ),
});
