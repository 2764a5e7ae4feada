import { z } from 'zod';
import type { CpuQuotaParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

/** Less CPU. */
export const cpuQuota = defineScenario({
  type: 'CPU_QUOTA',
  id: 'cpu_quota',
  severity: 3,
  description: 'The process gets less CPU time than it wants, as in a container with too small a limit.',
  effect: 'Moves the process of the target, with what it has started, into a control group with a CPU quota.',
  symptoms: 'All is well until load comes; then answers take far longer, in steps of a tenth of a second.',
  defaults: { cores: 0.5 },
  example: { cores: 0.1 },
  parameters: matching<CpuQuotaParameters>()(
    z.strictObject({
      cores: z
        .number({ error: 'a number of cores from 0.01 to 1024' })
        .min(0.01)
        .max(1_024)
        .describe('CPU time that all its processes may use together, in cores: 0.5 is half of one.'),
    }),
  ),
});
