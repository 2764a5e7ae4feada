import { z } from 'zod';
import type { CpuStressParameters } from '../model/scenario-parameters.js';
import { durationSchema } from '../model/schema/duration-schema.js';
import { matching } from '../model/schema/matching.js';
import { numberRangeSchema } from './number-range-schema.js';
import { defineScenario } from './scenario-definition.js';

/** 80–100 % CPU. */
export const cpuSpike = defineScenario({
  type: 'CPU_STRESS',
  id: 'cpu_spike',
  severity: 4,
  description: 'Something else takes the CPU: 80 to 100 percent of each core.',
  effect: 'Keeps cores, or the event loops of the target, busy for the asked share of time.',
  symptoms: 'Everything slows down at once, timers come late, health checks fail although nothing is broken.',
  defaults: { cpuPercentage: [80, 100], cores: 0, place: 'cpus', worker: 'chaosx', ramp: 0, rampSteps: 0 },
  example: { cpuPercentage: 90, cores: 1 },
  parameters: matching<CpuStressParameters>()(
    z.strictObject({
      cpuPercentage: numberRangeSchema({ min: 1, max: 100, unit: 'percent' }).describe(
        'Share of each core that is kept busy, in percent: a number, or [min, max].',
      ),
      cores: z
        .int({ error: 'a whole number of cores from 0 to 1024' })
        .min(0)
        .max(1024)
        .describe('How many cores; 0 means all.'),
      place: z
        .enum(['cpus', 'cgroup', 'event-loop'])
        .describe(
          "What is kept busy: the CPUs of the machine, what the target's control groups allow of them, or the event loops of the target, a Node process.",
        ),
      worker: z
        .enum(['chaosx', 'stress-ng'])
        .describe('Who keeps CPUs busy: chaosx, or stress-ng where it is installed.'),
      ramp: durationSchema.describe(
        'How long it takes until the level is reached, on CPUs; 0 means at once.',
      ),
      rampSteps: z
        .int({ error: 'a whole number of steps from 0 to 1000' })
        .min(0)
        .max(1_000)
        .describe('How many steps the ramp has; 0 means that it is smooth.'),
    }),
  ),
});
