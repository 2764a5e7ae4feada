import { z } from 'zod';
import type { DeadlockParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

/** Calls wait for each other for ever. */
export const deadlock = defineScenario({
  type: 'DEADLOCK',
  id: 'deadlock',
  severity: 5,
  description: 'Calls wait for each other for ever.',
  effect: 'Makes calls wait for one another in a circle, or blocks what all of them need.',
  symptoms:
    'Requests that never end and never fail, pools that run dry, a process that lives and does nothing.',
  defaults: { kind: 'circular-wait' },
  example: { kind: 'promise-gate' },
  parameters: matching<DeadlockParameters>()(
    z.strictObject({
      kind: z
        .enum(['circular-wait', 'promise-gate', 'block-event-loop', 'workers'])
        .describe('What waits: calls in a circle, calls at a gate, the event loop, or worker threads.'),
    }),
  ),
});
