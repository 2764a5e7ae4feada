import { z } from 'zod';
import type { ClockDriftParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

const expectedRate = 'a speed from 0.001 to 1000, other than 1';
const expectedClocks = 'one or several of wall, monotonic and timers, each once';

/** The clock runs faster or slower. */
export const clockDrift = defineScenario({
  type: 'CLOCK_DRIFT',
  id: 'clock_drift',
  severity: 2,
  description: 'The clock runs too fast: ten percent faster than real time.',
  effect: "Speeds the clock that the target sees up or slows it down; the machine's clock is never touched.",
  symptoms: 'Timeouts that come too early or too late, schedules that wander, leases that two hold at once.',
  defaults: { rate: 1.1, clocks: ['wall', 'monotonic', 'timers'] },
  example: { rate: 0.9 },
  parameters: matching<ClockDriftParameters>()(
    z.strictObject({
      rate: z
        .number({ error: expectedRate })
        .min(0.001, { error: expectedRate })
        .max(1_000, { error: expectedRate })
        .refine((rate) => rate !== 1, { error: expectedRate })
        .describe('Speed of the clock against real time; below 1 is slower.'),
      clocks: z
        .array(z.enum(['wall', 'monotonic', 'timers']))
        .min(1, { error: expectedClocks })
        .refine((clocks) => new Set(clocks).size === clocks.length, { error: expectedClocks })
        .describe(
          'wall: dates. monotonic: performance.now and process.hrtime. timers: setTimeout and the like.',
        ),
      by: z
        .enum(['agent', 'libfaketime'])
        .exactOptional()
        .describe(
          'Of a started target: agent changes it inside of Node, libfaketime the wall clock of any program. Default: agent where Node is started.',
        ),
    }),
  ),
});
