import { z } from 'zod';
import { type Duration, toMs } from '../duration.js';
import { matching } from './matching.js';

const dayMs = 86_400_000;
const expected = 'seconds as a number, or a text with a unit such as "250ms", "90s", "5m", "1h"';

/** A length of time from 0 on: seconds, or a text with a unit. */
export const durationSchema = matching<Duration>()(
  z
    .xor(
      [
        z.number().min(0).describe('seconds'),
        z
          .string()
          .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/)
          .describe('a number with ms, s, m, h or d'),
      ],
      { error: expected },
    )
    .meta({ id: 'duration' }),
);

/** A length of time above 0 and up to 24 hours. */
export const limitedDurationSchema = durationSchema.refine(
  (duration) => toMs(duration) > 0 && toMs(duration) <= dayMs,
  { error: 'more than 0 and at most 24 hours' },
);
