import { z } from 'zod';
import type { DiskFullParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { textSchema } from '../model/schema/text-schema.js';
import { defineScenario } from './scenario-definition.js';

/** A disk fills to 95 %. */
export const diskFull = defineScenario({
  type: 'DISK_FULL',
  id: 'disk_full',
  severity: 5,
  description: 'A disk fills up to 95 percent.',
  effect:
    'Takes the space of a file system by a file of its own until it is as full as asked, within a limit of bytes; or fails the writes of the target alone.',
  symptoms: 'Writes that fail with ENOSPC, half-written files, logs and databases that stop the process.',
  defaults: { place: 'disk', fillPercent: 95, maxBytes: 10_000_000_000, allowRootFs: false },
  example: { path: '/srv/checkout', fillPercent: 99 },
  parameters: matching<DiskFullParameters>()(
    z.strictObject({
      place: z
        .enum(['disk', 'target'])
        .describe(
          'What is full: the file system, for everybody; or, for the target alone, a Node process, whose writes fail with ENOSPC.',
        ),
      path: textSchema
        .exactOptional()
        .describe(
          'A folder on the file system to fill; it has no default, so that nothing is filled by accident. For the target alone: where writes fail; without it, all do.',
        ),
      fillPercent: z
        .number({ error: 'percent above 0 and at most 100' })
        .positive()
        .max(100)
        .describe('Level to fill to, in percent of what programs may use, as df shows it.'),
      remainingBytes: z
        .int({ error: 'a whole number of bytes from 0 on' })
        .min(0)
        .exactOptional()
        .describe('Instead of a level: leave so many bytes free.'),
      maxBytes: z
        .int({ error: 'a whole number of bytes, at least 1' })
        .min(1)
        .describe('Never write more than this many bytes.'),
      allowRootFs: z.boolean().describe('Allows the file system mounted at /.'),
    }),
  ),
});
