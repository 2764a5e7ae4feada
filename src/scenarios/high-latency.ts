import { z } from 'zod';
import type { NetworkLatencyParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { numberRangeSchema } from './number-range-schema.js';
import { defineScenario } from './scenario-definition.js';

/** 500–2000 ms latency on the network. */
export const highLatency = defineScenario({
  type: 'NETWORK_LATENCY',
  id: 'high_latency',
  severity: 3,
  description: 'The network answers late: 500 to 2000 ms are added to what passes.',
  effect:
    'Holds every piece of data on its way to the target back for a while; nothing is lost, and order is kept.',
  symptoms:
    'Slow answers, requests that pile up behind each other, pools that run dry, timeouts that were never tried.',
  defaults: { latencyMs: [500, 2000] },
  example: { latencyMs: [300, 1200] },
  parameters: matching<NetworkLatencyParameters>()(
    z.strictObject({
      latencyMs: numberRangeSchema({ min: 0, max: 3_600_000, unit: 'milliseconds' }).describe(
        'Delay added on the way to the target, in ms: a number, or [min, max] drawn anew for each piece of data.',
      ),
    }),
  ),
});
