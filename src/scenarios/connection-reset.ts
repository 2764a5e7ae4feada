import { z } from 'zod';
import type { ConnectionResetParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { shareSchema } from '../model/schema/number-schema.js';
import { numberRangeSchema } from './number-range-schema.js';
import { defineScenario } from './scenario-definition.js';

/** Three connections in ten are reset. */
export const connectionReset = defineScenario({
  type: 'CONNECTION_RESET',
  id: 'connection_reset',
  severity: 4,
  description: 'Connections are reset: three in ten, open ones and new ones.',
  effect: 'Ends connections by a TCP reset (RST), which both sides see as ECONNRESET.',
  symptoms:
    'Requests that fail half-way, pools that hand out dead connections, work that is done twice by a retry.',
  defaults: { resetRate: 0.3, afterMs: 0 },
  example: { resetRate: 0.5, afterMs: [0, 200] },
  parameters: matching<ConnectionResetParameters>()(
    z.strictObject({
      resetRate: shareSchema.describe('Share of connections that are reset, from 0 to 1.'),
      afterMs: numberRangeSchema({ min: 0, max: 60_000, unit: 'milliseconds' }).describe(
        'Time to the reset in ms, a number or [min, max] drawn for each: from the begin of the fault on an open ' +
          'connection, from its first bytes on a new one.',
      ),
    }),
  ),
});
