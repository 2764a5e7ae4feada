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
  effect: 'Writes a file of its own until the file system is as full as asked, within a limit of bytes.',
  symptoms: 'Writes that fail with ENOSPC, half-written files, logs and databases that stop the process.',
  defaults: { fillPercent: 95, maxBytes: 10_000_000_000, allowRootFs: false },
  example: { path: '/srv/checkout', fillPercent: 99 },
  parameters: matching<DiskFullParameters>()(
    z.strictObject({
      path: textSchema
        .exactOptional()
        .describe(
          'A path on the file system to fill; it has no default, so that nothing is filled by accident.',
        ),
      fillPercent: z
        .number({ error: 'percent above 0 and at most 100' })
        .positive()
        .max(100)
        .describe('Level to fill to, in percent.'),
      maxBytes: z
        .int({ error: 'a whole number of bytes, at least 1' })
        .min(1)
        .describe('Never write more than this many bytes.'),
      allowRootFs: z.boolean().describe('Allows the file system mounted at /.'),
    }),
  ),
});
