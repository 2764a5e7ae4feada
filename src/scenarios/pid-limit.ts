import { z } from 'zod';
import type { PidLimitParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

/** No more processes. */
export const pidLimit = defineScenario({
  type: 'PID_LIMIT',
  id: 'pid_limit',
  severity: 4,
  description: 'The process can start no further process and no thread.',
  effect:
    'Moves the process of the target, with what it has started, into a control group that lets none be added.',
  symptoms:
    'EAGAIN from fork and from each new thread: workers that do not come back, commands that cannot be run.',
  defaults: { spare: 0 },
  example: { spare: 5 },
  parameters: matching<PidLimitParameters>()(
    z.strictObject({
      spare: z
        .int({ error: 'a whole number from 0 to 1000000' })
        .min(0)
        .max(1_000_000)
        .describe('How many more processes and threads than now it may have.'),
      limit: z
        .int({ error: 'a whole number from 1 to 1000000' })
        .min(1)
        .max(1_000_000)
        .exactOptional()
        .describe('Instead of spare: how many it may have in all.'),
    }),
  ),
});
