import { z } from 'zod';
import type { MemoryLimitParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

/** Less memory. */
export const memoryLimit = defineScenario({
  type: 'MEMORY_LIMIT',
  id: 'memory_limit',
  severity: 5,
  description:
    'The process may use little more memory than it has, as in a container with too small a limit.',
  effect:
    'Moves the process of the target, with what it has started, into a control group with a memory limit.',
  symptoms:
    'Files that were cached are read again and again, then the kernel kills the process without a word.',
  defaults: { spareMb: 16 },
  example: { spareMb: 64 },
  parameters: matching<MemoryLimitParameters>()(
    z.strictObject({
      spareMb: z
        .number({ error: 'megabytes, from 1 to 1000000' })
        .min(1)
        .max(1_000_000)
        .describe('How much more than now all its processes may use together, in MB.'),
      limitMb: z
        .number({ error: 'megabytes, from 1 to 1000000' })
        .min(1)
        .max(1_000_000)
        .exactOptional()
        .describe('Instead of spareMb: what they may use in all, in MB.'),
    }),
  ),
});
