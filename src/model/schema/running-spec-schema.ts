import { z } from 'zod';
import type { RunningSpec } from '../experiment.js';
import { matching } from './matching.js';
import { oneKeyRule } from './one-key.js';
import { withRule } from './rule.js';
import { nameSchema, textSchema } from './text-schema.js';

const pid = 'the pid of a process, a whole number above 0';
const port = 'a port from 1 to 65535';

/** A process that runs already. */
export const runningSpecSchema = matching<RunningSpec>()(
  withRule(
    z.strictObject({
      name: nameSchema.describe('What the target is called in messages and reports.'),
      pid: z.int({ error: pid }).min(1, { error: pid }).optional().describe('Its process id.'),
      port: z
        .int({ error: port })
        .min(1, { error: port })
        .max(65_535, { error: port })
        .optional()
        .describe('The one process that listens on this TCP port.'),
      command: textSchema.optional().describe('Its command line, or a part of it that no other process has.'),
      trustSignal: z
        .boolean()
        .optional()
        .describe(
          'Attaches also where it cannot be seen that it has no SIGUSR1 handler of its own. Default false.',
        ),
    }),
    (spec) => {
      // A name, say: the rule runs whatever the value is.
      if (typeof spec !== 'object') return undefined;
      const ways = ['pid', 'port', 'command'];
      const broken = oneKeyRule(spec, ways);
      const last = ways.findLast((way) => way in spec);
      // At one of them, so that it is seen which kind of target is meant.
      return broken !== undefined && last !== undefined ? { ...broken, path: [last] } : broken;
    },
  ),
);
