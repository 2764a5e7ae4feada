import { z } from 'zod';
import type { Evidence } from '../evidence.js';
import { matching } from './matching.js';

/** Evidence as events hold it. */
export const evidenceSchema = matching<Evidence>()(
  z.strictObject({
    active: z.enum(['yes', 'no', 'unknown']),
    measured: z.strictObject({
      quantity: z.string(),
      unit: z.string(),
      baseline: z.number().nullable(),
      during: z.number().nullable(),
      expected: z.string(),
      after: z.number().nullable().exactOptional(),
    }),
    exposure: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('counted'), n: z.number(), what: z.string() }),
      z.strictObject({ kind: z.literal('shares-resource'), how: z.string() }),
      z.strictObject({ kind: z.literal('unknown'), why: z.string() }),
    ]),
  }),
);
