import { z } from 'zod';
import { experimentFields } from '../model/schema/experiment-fields.js';
import { exactlyOneKey } from '../model/schema/one-key.js';
import { commandProbeSchema, httpProbeSchema, tcpProbeSchema } from '../model/schema/probe-schema.js';
import { scenarioFields } from '../model/schema/scenario-fields.js';
import { successCriteriaSchema } from '../model/schema/success-criteria-schema.js';
import { textSchema } from '../model/schema/text-schema.js';
import type { ScenarioDefinition } from '../scenarios/scenario-definition.js';
import { scenarioDefinitions } from '../scenarios/scenario-definitions.js';
import { targetFileSchema } from './target-file-schema.js';

const optionalName = {
  name: scenarioFields.name.optional().describe('What the probe is called; unique. Default: what it asks.'),
};

const probeSchema = z.xor(
  [
    httpProbeSchema.extend(optionalName),
    tcpProbeSchema.extend(optionalName),
    commandProbeSchema.extend(optionalName),
  ],
  { error: exactlyOneKey(['http', 'tcp', 'command']) },
);

const definitions: readonly ScenarioDefinition[] = Object.values(scenarioDefinitions);
const catalogue = 'a scenario of the catalogue (`chaosx scenarios` lists them)';

function changedScenarioSchema({ id, description, severity, fileParameters }: ScenarioDefinition) {
  const { name, duration, probability, targetComponents } = scenarioFields;
  return z
    .strictObject({
      use: z.literal(id).describe('The scenario of the catalogue that is changed here.'),
      name: name.optional().describe(`What it is called in messages and reports. Default ${id}.`),
      description: scenarioFields.description.optional().describe('What goes wrong, in a sentence.'),
      severity: scenarioFields.severity
        .optional()
        .describe(`1 (hardly felt) to 5 (an outage). Default ${severity}.`),
      duration: duration.optional().describe('How long the fault is active. Default 30s.'),
      probability: probability.optional().describe('Chance from 0 to 1 that it triggers at all. Default 1.'),
      targetComponents: targetComponents
        .optional()
        .describe('The dependencies to break, by name. Default: all.'),
      hypothesis: textSchema
        .optional()
        .describe('What is expected of the system while it is active: shown in gamedays, never evaluated.'),
      parameters: fileParameters.optional().describe('What is to differ from the catalogue.'),
    })
    .describe(description);
}

const [first, ...others] = definitions.map(changedScenarioSchema);

/** A scenario of the catalogue, or one that is changed. */
export const scenarioSchema = z.xor(
  [
    z
      .enum(
        definitions.map(({ id }) => id),
        { error: catalogue },
      )
      .describe('A scenario as the catalogue has it.'),
    z.discriminatedUnion('use', first === undefined ? ([] as never) : [first, ...others], {
      error: ({ code }) => (code === 'invalid_union' ? catalogue : undefined),
    }),
  ],
  {
    error: ({ input }) =>
      typeof input === 'string' || (typeof input === 'object' && input !== null && !Array.isArray(input))
        ? undefined
        : `${catalogue}, or { use: its id, and what is to differ }`,
  },
);

/** An experiment as a file has it. It gives the types, the JSON Schema for editors and the mistakes. */
export const experimentFileSchema = z.strictObject(
  {
    ...experimentFields,
    targetSystem: targetFileSchema.describe(
      'What is under test: a process that chaosx starts, or an address.',
    ),
    probes: z
      .array(probeSchema, { error: 'a list of at least one probe' })
      .min(1)
      .describe('Questions about health: each one http, tcp or command.'),
    scenarios: z
      .array(scenarioSchema, { error: 'a list of at least one scenario' })
      .min(1)
      .describe('What goes wrong, one after the other.'),
    successCriteria: successCriteriaSchema
      .default({})
      .describe(
        'Limits that decide. When none of maxDowntime, passRate, minAvailability, maxErrorRate is given, maxErrorRate: 0.05 is added.',
      ),
  },
  {
    error: ({ code }) =>
      code === 'invalid_type'
        ? 'an experiment: an object with name, targetSystem, probes and scenarios'
        : undefined,
  },
);

/** What a file without mistakes says. */
export type ExperimentFile = z.output<typeof experimentFileSchema>;
