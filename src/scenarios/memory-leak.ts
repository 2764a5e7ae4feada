import { z } from 'zod';
import type { MemoryLeakParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

/** Memory is consumed gradually. */
export const memoryLeak = defineScenario({
  type: 'MEMORY_LEAK',
  id: 'memory_leak',
  severity: 4,
  description: 'Memory is consumed little by little, as by a leak.',
  effect: 'Allocates memory at a steady rate up to a limit, and keeps it until the end.',
  symptoms: 'Longer and longer garbage collections, then swapping, then a process that is killed.',
  defaults: { rateMbPerSecond: 10, limitMb: 256, place: 'external' },
  example: { rateMbPerSecond: 20, limitMb: 512 },
  parameters: matching<MemoryLeakParameters>()(
    z.strictObject({
      rateMbPerSecond: z
        .number({ error: 'megabytes a second, above 0 and at most 10000' })
        .positive()
        .max(10_000)
        .describe('Growth, in MB a second.'),
      limitMb: z
        .number({ error: 'megabytes, above 0 and at most 1000000' })
        .positive()
        .max(1_000_000)
        .describe('Growth stops here, in MB.'),
      place: z
        .enum(['heap', 'external', 'beside'])
        .describe(
          "Where it grows: among JavaScript's own objects, outside of the heap, as buffers do, or in a process beside the target, in its control group.",
        ),
    }),
  ),
});
