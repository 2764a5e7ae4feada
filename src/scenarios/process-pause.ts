import { z } from 'zod';
import type { ProcessPauseParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

/** A process stands still. */
export const processPause = defineScenario({
  type: 'PROCESS_PAUSE',
  id: 'process_pause',
  severity: 4,
  description: 'The process stands still: it is there, holds its connections, and does nothing.',
  effect:
    'Stops the process of the target by SIGSTOP, with what it has started, and lets it go on by SIGCONT.',
  symptoms:
    'Requests hang without an error, leases and heartbeats run out, peers take it for dead, and it comes back with old news.',
  defaults: { tree: true },
  example: { tree: false },
  parameters: matching<ProcessPauseParameters>()(
    z.strictObject({
      tree: z.boolean().describe('Also all processes that it has started, and that these have.'),
    }),
  ),
});
