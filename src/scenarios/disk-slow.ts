import { z } from 'zod';
import type { DiskSlowParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { shareSchema } from '../model/schema/number-schema.js';
import { textSchema } from '../model/schema/text-schema.js';
import { numberRangeSchema } from './number-range-schema.js';
import { defineScenario } from './scenario-definition.js';

/** A disk takes its time. */
export const diskSlow = defineScenario({
  type: 'DISK_SLOW',
  id: 'disk_slow',
  severity: 3,
  description: 'The disk takes its time: each call on files 50 to 200 ms more.',
  effect: 'Delays the calls of the target, a Node process, that work on files; those that block do block.',
  symptoms:
    'Requests that wait for a log line, an event loop that stands still in synchronous calls, queues that grow.',
  defaults: { operations: 'all', delayMs: [50, 200], injectionRate: 1 },
  example: { path: '/srv/checkout', operations: 'writes', delayMs: 500 },
  parameters: matching<DiskSlowParameters>()(
    z.strictObject({
      path: textSchema
        .exactOptional()
        .describe('Only files in this folder, and in folders below. Default: all files.'),
      operations: z
        .enum(['all', 'reads', 'writes'])
        .describe('Which calls are slow: all on files and folders, those that read, or those that write.'),
      delayMs: numberRangeSchema({ min: 0, max: 3_600_000, unit: 'milliseconds' }).describe(
        'Delay of each call, in ms: a number, or [min, max].',
      ),
      injectionRate: shareSchema.describe('Chance from 0 to 1 that a call is slow.'),
    }),
  ),
});
