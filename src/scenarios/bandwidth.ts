import { z } from 'zod';
import type { BandwidthParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

const expected = 'kilobytes (1,000 bytes) a second from 0.1 to 1000000';

/** 32 KB/s on the network. */
export const bandwidth = defineScenario({
  type: 'BANDWIDTH',
  id: 'bandwidth',
  severity: 3,
  description: 'The network is narrow: 32 KB a second pass on each connection.',
  effect: 'Lets bytes pass at a steady pace, each way apart; nothing is lost, and order is kept.',
  symptoms:
    'Big answers that take for ever, uploads that time out, buffers that grow, small requests that stay quick.',
  defaults: { kilobytesPerSecond: 32, direction: 'both' },
  example: { kilobytesPerSecond: 8 },
  parameters: matching<BandwidthParameters>()(
    z.strictObject({
      kilobytesPerSecond: z
        .number({ error: expected })
        .min(0.1, { error: expected })
        .max(1_000_000, { error: expected })
        .describe('What passes on each connection in a second, in KB (1,000 bytes).'),
      direction: z
        .enum(['both', 'to-target', 'from-target'])
        .describe('Which way is narrow, seen from the target.'),
    }),
  ),
});
