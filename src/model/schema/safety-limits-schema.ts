import { z } from 'zod';
import type { SafetyLimits } from '../safety-limits.js';
import { limitedDurationSchema } from './duration-schema.js';
import { matching } from './matching.js';
import { textSchema } from './text-schema.js';

const megabytes = z.number({ error: 'megabytes, 0 or more' }).min(0).max(1_000_000_000);
const port = z.int({ error: 'a port from 1 to 65535' }).min(1).max(65_535);
const pid = z.int({ error: 'a pid of at least 1' }).min(1);

/** What an experiment may never do. */
export const safetyLimitsSchema = matching<SafetyLimits>()(
  z.strictObject({
    maxDuration: limitedDurationSchema
      .optional()
      .describe('Longest time that a fault may be active. Default 1h.'),
    minFreeMemoryMb: megabytes
      .optional()
      .describe('Memory of the machine that a leak must leave at its limit, in MB. Default 256.'),
    minFreeDiskMb: megabytes
      .optional()
      .describe(
        'Space of a file system that disk_full must leave, in MB. Default 0; of the one mounted at / always 256.',
      ),
    protectedPaths: z
      .array(textSchema)
      .optional()
      .describe('Folders in which nothing is written, besides those of the system.'),
    protectedPids: z
      .array(pid)
      .optional()
      .describe('Processes that are no target, nor below one, besides those that the machine lives by.'),
    protectedPorts: z
      .array(port)
      .optional()
      .describe('Ports of addresses where rules of the kernel break nothing. Default [22].'),
  }),
);
