import { z } from 'zod';
import type { SlowResponseParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { platformSelectionShape } from './call-selection-shape.js';
import { numberRangeSchema } from './number-range-schema.js';
import { defineScenario } from './scenario-definition.js';

const ms = z.number({ error: 'milliseconds from 0 to 3600000' }).min(0).max(3_600_000);
const meanMs = z
  .number({ error: 'milliseconds above 0 and at most 3600000' })
  .positive()
  .max(3_600_000)
  .describe('Mean delay, in ms.');

const distributionSchema = z.discriminatedUnion(
  'distribution',
  [
    z
      .strictObject({
        distribution: z.literal('uniform'),
        minMs: ms.describe('Shortest delay, in ms.'),
        maxMs: ms.describe('Longest delay, in ms.'),
      })
      .refine(({ minMs, maxMs }) => minMs <= maxMs, { error: 'a maxMs of at least minMs', path: ['maxMs'] }),
    z.strictObject({
      distribution: z.literal('normal'),
      meanMs,
      standardDeviationMs: ms.describe('Spread, in ms; delays are never below 0.'),
    }),
    z.strictObject({ distribution: z.literal('exponential'), meanMs }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? 'one of uniform, normal, exponential' : undefined) },
);

const delaySchema = z.xor(
  [numberRangeSchema({ min: 0, max: 3_600_000, unit: 'milliseconds' }), distributionSchema],
  {
    error: ({ input }) =>
      typeof input === 'object' && input !== null
        ? undefined
        : 'milliseconds: a number, [min, max], or { distribution: … }',
  },
);

/** Calls take longer. */
export const slowMethod = defineScenario({
  type: 'SLOW_RESPONSE',
  id: 'slow_method',
  severity: 2,
  description: 'Calls take longer: every second one waits 500 to 2000 ms first.',
  effect: 'Delays methods before the real call, which then happens as always.',
  symptoms: 'Slow answers, timeouts that are longer than anybody waits, work that queues up.',
  defaults: { injectionRate: 0.5, delayMs: [500, 2000], honourAbort: true },
  example: { delayMs: { distribution: 'exponential', meanMs: 300 }, injectionRate: 1 },
  parameters: matching<SlowResponseParameters>()(
    z.strictObject({
      delayMs: delaySchema.describe(
        'Delay before the real call, in ms: a number, [min, max], or a distribution (uniform, normal, exponential).',
      ),
      honourAbort: z
        .boolean()
        .describe('End the delay early when an AbortSignal among the arguments aborts.'),
      ...platformSelectionShape,
    }),
  ),
  inFiles: { when: null },
});
