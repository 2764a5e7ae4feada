import { z } from 'zod';
import type { CriteriaFunction, Experiment, TargetSystem } from '../experiment.js';
import type { Scenario } from '../scenario.js';
import { ChaosScenarioType } from '../scenario-type.js';
import type { Target } from '../target.js';
import { addressSpecSchema } from './address-spec-schema.js';
import { experimentFields } from './experiment-fields.js';
import { frontSpecSchema, frontsSpecSchema } from './front-spec-schema.js';
import { matching } from './matching.js';
import { runningSpecSchema } from './running-spec-schema.js';
import { exactlyOneKey } from './one-key.js';
import { commandProbeSchema, functionProbeSchema, httpProbeSchema, tcpProbeSchema } from './probe-schema.js';
import { successCriteriaSchema } from './success-criteria-schema.js';
import { startSpecSchema } from './start-spec-schema.js';
import { nameSchema } from './text-schema.js';

const readyTargetSchema = z.custom<Target>(
  (value) => typeof value === 'object' && value !== null && 'kind' in value && 'name' in value,
  { error: 'a target' },
);

const targetSystemSchema = matching<TargetSystem>()(
  z.xor(
    [
      nameSchema,
      readyTargetSchema,
      startSpecSchema,
      runningSpecSchema,
      addressSpecSchema,
      frontSpecSchema,
      frontsSpecSchema,
    ],
    {
      error: ({ input }) =>
        typeof input === 'object' && input !== null ? undefined : 'a target, or its name',
    },
  ),
);

const probeSchema = z.xor([httpProbeSchema, tcpProbeSchema, commandProbeSchema, functionProbeSchema], {
  error: exactlyOneKey(['http', 'tcp', 'command', 'check']),
});

/** Scenarios check themselves when they are made; here it is enough that it is one. */
const scenarioSchema = z.custom<Scenario>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'scenarioType' in value &&
    Object.hasOwn(ChaosScenarioType, String(value.scenarioType)),
  { error: 'a ChaosScenario' },
);

const criteriaFunctionSchema = z.custom<CriteriaFunction>((value) => typeof value === 'function', {
  error: 'a function',
});

/** An experiment of the API: with functions, ready targets and scenarios as objects. Defaults are filled in. */
export const experimentSchema = matching<Experiment>()(
  z.strictObject({
    ...experimentFields,
    targetSystem: targetSystemSchema.optional(),
    probes: z.array(probeSchema).default([]),
    scenarios: z.array(scenarioSchema).min(1, { error: 'at least one scenario' }),
    successCriteria: z
      .xor([successCriteriaSchema, criteriaFunctionSchema], {
        error: ({ input }) =>
          typeof input === 'object' && input !== null
            ? undefined
            : 'criteria, or a function (metrics) => boolean',
      })
      .default({}),
  }),
);
