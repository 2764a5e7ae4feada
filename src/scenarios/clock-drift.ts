import { z } from 'zod';
import type { ClockDriftParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

/** The clock runs faster or slower. */
export const clockDrift = defineScenario({
  type: 'CLOCK_DRIFT',
  id: 'clock_drift',
  severity: 2,
  description: 'The clock runs too fast: ten percent faster than real time.',
  effect: "Speeds the clock that the target sees up or slows it down; the machine's clock is never touched.",
  symptoms: 'Timeouts that come too early or too late, schedules that wander, leases that two hold at once.',
  defaults: { rate: 1.1 },
  example: { rate: 0.9 },
  parameters: matching<ClockDriftParameters>()(
    z.strictObject({
      rate: z
        .number({ error: 'a speed above 0 and at most 1000, other than 1' })
        .positive()
        .max(1_000)
        .refine((rate) => rate !== 1, { error: 'a speed other than 1' })
        .describe('Speed of the clock against real time; below 1 is slower.'),
    }),
  ),
});
