import { z } from 'zod';
import type { ConnectionRateParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

const expected = 'new connections a second from 0.1 to 1000';
const expectedBurst = 'a whole number of connections from 1 to 100';

/** Five new connections a second. */
export const connectionRate = defineScenario({
  type: 'CONNECTION_RATE',
  id: 'connection_rate',
  severity: 3,
  description: 'New connections are rationed: five a second, those beyond are refused.',
  effect: 'Refuses new connections beyond a rate; connections that are open go on.',
  symptoms:
    'Clients without a pool that fail under load, pools that cannot grow, storms of retries that keep a system down.',
  defaults: { perSecond: 5, burst: 1 },
  example: { perSecond: 1, burst: 10 },
  parameters: matching<ConnectionRateParameters>()(
    z.strictObject({
      perSecond: z
        .number({ error: expected })
        .min(0.1, { error: expected })
        .max(1_000, { error: expected })
        .describe('New connections that are let through in a second, to each place apart.'),
      burst: z
        .int({ error: expectedBurst })
        .min(1, { error: expectedBurst })
        .max(100, { error: expectedBurst })
        .describe('So many may come at once after a pause.'),
    }),
  ),
});
