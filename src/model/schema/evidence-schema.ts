import { z } from 'zod';
import type { Evidence } from '../evidence.js';
import { mostDetailRows } from '../detail-table.js';
import { matching } from './matching.js';

const detailTable = z.strictObject({
  title: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.string())).max(mostDetailRows),
  more: z.number().describe('Rows that were left out.'),
});

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
    details: z.array(detailTable).exactOptional().describe("The fault's own sections of the report."),
  }),
);
