import { z } from 'zod';
import type { NetworkPartitionParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { peerPatternSchema } from '../model/schema/peer-pattern-schema.js';
import { shown } from '../model/schema/shown.js';
import { defineScenario } from './scenario-definition.js';

/** The network splits: dependencies cannot be reached. */
export const networkPartition = defineScenario({
  type: 'NETWORK_PARTITION',
  id: 'network_partition',
  severity: 5,
  description: 'The network splits: what is on the other side cannot be reached.',
  effect: 'Swallows all bytes in silence, or resets connections and refuses new ones.',
  symptoms:
    'Calls that wait for ever, errors that reach users, retries without end, reconnects that never happen.',
  defaults: { mode: 'drop', direction: 'both' },
  example: { mode: 'refuse' },
  parameters: matching<NetworkPartitionParameters>()(
    z.strictObject({
      mode: z
        .enum(['drop', 'refuse'])
        .describe('drop: bytes vanish silently. refuse: connections are reset and new ones refused.'),
      direction: z
        .enum(['both', 'to-target', 'from-target'])
        .describe('Which way is cut, seen from the target; refuse knows only both.'),
      peers: z
        .array(peerPatternSchema)
        .min(1)
        .exactOptional()
        .describe(
          'Only connections to these: host, host:port, IP address, or a network such as 10.0.0.0/8; names may ' +
            'hold *. Default: all. For declared dependencies, use targetComponents.',
        ),
    }),
  ),
  rule: ({ mode, direction }) =>
    mode === 'refuse' && (direction === 'to-target' || direction === 'from-target')
      ? {
          path: ['direction'],
          message: `expected both, because of mode refuse, got ${shown(direction)}`,
          hint: 'a refused connection has no direction; use mode drop to cut one way',
        }
      : undefined,
});
