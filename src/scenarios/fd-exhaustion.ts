import { z } from 'zod';
import type { FdExhaustionParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

/** No more file descriptors. */
export const fdExhaustion = defineScenario({
  type: 'FD_EXHAUSTION',
  id: 'fd_exhaustion',
  severity: 4,
  description: 'The process has no file descriptors left: it can open no file and no connection.',
  effect: 'Lowers the limit of open files of the process to what it has open, and raises it again.',
  symptoms:
    'EMFILE from every file and connection, clients that are cut off at once, logs that cannot be opened.',
  defaults: { spare: 0, tree: true },
  example: { spare: 5 },
  parameters: matching<FdExhaustionParameters>()(
    z.strictObject({
      spare: z
        .int({ error: 'a whole number of descriptors from 0 to 1000000' })
        .min(0)
        .max(1_000_000)
        .describe('How many more descriptors each process may open.'),
      tree: z.boolean().describe('Also all processes that it has started, and that these have.'),
    }),
  ),
});
