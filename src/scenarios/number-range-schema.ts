import { z } from 'zod';
import type { NumberRange } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';

export interface RangeLimits {
  readonly min: number;
  readonly max: number;
  /** What the numbers count, in the plural: `milliseconds`, `percent`. */
  readonly unit: string;
}

/** One number, or `[min, max]` with the smaller one first. */
export function numberRangeSchema({ min, max, unit }: RangeLimits) {
  const expected = `${unit} from ${min} to ${max}: a number, or [min, max]`;
  const end = z.number().min(min).max(max);
  return matching<NumberRange>()(
    z
      .xor([end, z.tuple([end, end])], { error: expected })
      .refine((range) => typeof range === 'number' || range[0] <= range[1], {
        error: '[min, max] with the smaller number first',
      }),
  );
}
