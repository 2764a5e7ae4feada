import { z } from 'zod';
import { longestShiftMs } from '../model/date-range.js';
import type { TimeSkewParameters } from '../model/scenario-parameters.js';
import { limitedDurationSchema } from '../model/schema/duration-schema.js';
import { matching } from '../model/schema/matching.js';
import { signedMs } from '../model/signed-ms.js';
import { defineScenario } from './scenario-definition.js';

const offsetForm = /^[+-]?\d+(\.\d+)?(ms|s|m|h|d)$/;
const expected = 'an offset other than 0: seconds, or a text such as "1h" or "-30s"';
const longestDays = Math.floor(longestShiftMs / 86_400_000);

/** The clock is shifted. */
export const timeSkew = defineScenario({
  type: 'TIME_SKEW',
  id: 'time_skew',
  severity: 3,
  description: 'The clock is wrong: the target lives an hour ahead.',
  effect: "Shifts the wall clock that the target sees; the machine's clock is never touched.",
  symptoms: 'Tokens that expired or are not valid yet, caches that never expire, records in the wrong order.',
  defaults: { offset: '1h', mode: 'offset', every: '5s' },
  example: { offset: '-5m' },
  parameters: matching<TimeSkewParameters>()(
    z.strictObject({
      offset: z
        .xor([z.number(), z.string().regex(offsetForm)], { error: expected })
        .refine((offset) => Number.parseFloat(String(offset)) !== 0, { error: expected })
        .refine((offset) => !isOffset(offset) || Math.abs(signedMs(offset)) <= longestShiftMs, {
          error: `an offset that dates can hold: at most ${longestDays} days either way`,
        })
        .describe('Shift of the wall clock: seconds, or a text with a unit; negative is into the past.'),
      mode: z
        .enum(['offset', 'step', 'strobe', 'freeze'])
        .describe(
          'offset: jumps once. step: jumps again after each `every`. strobe: jumps there and back. freeze: stands still, without an offset.',
        ),
      every: limitedDurationSchema.describe('Time between the jumps of step and strobe.'),
      by: z
        .enum(['agent', 'libfaketime'])
        .exactOptional()
        .describe(
          'Of a started target: agent changes it inside of Node, libfaketime the wall clock of any program. Default: agent where Node is started.',
        ),
    }),
  ),
});

/** What has another form is told of already. */
function isOffset(offset: number | string): boolean {
  return typeof offset === 'number' ? Number.isFinite(offset) : offsetForm.test(offset);
}
