import { z } from 'zod';
import type { PacketLossParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { numberRangeSchema } from './number-range-schema.js';
import { defineScenario } from './scenario-definition.js';

/** 10–30 % of packets are lost. */
export const packetLoss = defineScenario({
  type: 'PACKET_LOSS',
  id: 'packet_loss',
  severity: 4,
  description: 'The network loses 10 to 30 percent of all packets.',
  effect: 'Drops packets at random; connections stay, and what was lost is sent again.',
  symptoms: 'Answers that take seconds now and then, throughput that collapses, health checks that flap.',
  defaults: { lossPercent: [10, 30] },
  example: { lossPercent: [5, 15] },
  parameters: matching<PacketLossParameters>()(
    z.strictObject({
      lossPercent: numberRangeSchema({ min: 0, max: 100, unit: 'percent' }).describe(
        'Share of packets lost, in percent: a number, or [min, max].',
      ),
    }),
  ),
});
