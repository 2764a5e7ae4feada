import { z } from 'zod';
import { toMs } from '../model/duration.js';
import type { ProcessKillParameters } from '../model/scenario-parameters.js';
import { limitedDurationSchema } from '../model/schema/duration-schema.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

const longestGraceMs = 30_000;

/** A process is gone. */
export const processKill = defineScenario({
  type: 'PROCESS_KILL',
  id: 'process_kill',
  severity: 4,
  description: 'The process is gone: killed in the middle of what it was doing.',
  effect:
    'Ends the process of the target, with what it has started or one of its workers alone, and sees what comes in its place.',
  symptoms:
    'Nobody starts it again, half-written files and stale locks keep it from starting, requests under way are lost without a retry.',
  defaults: { who: 'tree', signal: 'SIGKILL', grace: '5s', restart: true },
  example: { who: 'worker', signal: 'SIGTERM' },
  parameters: matching<ProcessKillParameters>()(
    z.strictObject({
      who: z
        .enum(['tree', 'process', 'worker'])
        .describe(
          'tree: the process with all that it has started. process: it alone. worker: one of those that it has started, by chance.',
        ),
      signal: z.enum(['SIGKILL', 'SIGTERM']).describe('By which it is ended.'),
      grace: limitedDurationSchema
        .refine((grace) => toMs(grace) <= longestGraceMs, { error: 'at most 30 seconds' })
        .describe('Time to end after SIGTERM; then it is killed.'),
      restart: z
        .boolean()
        .describe(
          'What chaosx started, it starts again when the time is over. What ran before is for whoever runs it to start again.',
        ),
    }),
  ),
});
