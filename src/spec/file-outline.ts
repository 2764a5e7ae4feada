import { z } from 'zod';
import { toMs } from '../model/duration.js';
import { durationSchema, limitedDurationSchema } from '../model/schema/duration-schema.js';
import type { ExperimentOutline, ScenarioOutline } from '../model/schema/experiment-rules.js';
import { categoryOf } from '../model/scenario-type.js';
import { scenarioDefinitions } from '../scenarios/scenario-definitions.js';
import { defaultProbeName } from './default-probe-name.js';

const textOrNothing = z.string().optional().catch(undefined);
const texts = z.array(z.string()).catch([]);
const limitedOrNothing = limitedDurationSchema.transform(toMs).optional().catch(undefined);
/** A duration that is missing has its default; one that is wrong is undefined. */
const orDefault = (duration: string) =>
  durationSchema.default(duration).transform(toMs).optional().catch(undefined);

const probe = z
  .object({
    name: textOrNothing,
    http: textOrNothing,
    tcp: textOrNothing,
    command: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .catch(undefined),
  })
  .catch({});

const scenario = z.union([
  z.string().transform((use): ScenarioOutline => ({ name: use, durationMs: 30_000, targetComponents: [] })),
  z
    .object({
      use: textOrNothing,
      name: textOrNothing,
      duration: z.unknown().optional(),
      targetComponents: texts,
    })
    .transform(({ use, name, duration, targetComponents }): ScenarioOutline => {
      const durationMs = duration === undefined ? 30_000 : limitedOrNothing.parse(duration);
      // Modules of the target are known once it runs.
      const components = isOnModules(use) ? [] : targetComponents;
      return { name: name ?? use ?? 'a scenario', durationMs, targetComponents: components };
    }),
]);

function isOnModules(use: string | undefined): boolean {
  const definition = Object.values(scenarioDefinitions).find(({ id }) => id === use);
  return definition !== undefined && ['application', 'state'].includes(categoryOf(definition.type));
}

/** Everything that the rules look at, each part undefined or empty where the file is wrong: it always succeeds. */
const looseFile = z
  .object({
    targetSystem: z
      .object({ dependencies: z.record(z.string(), z.unknown()).default({}) })
      .optional()
      .catch(undefined),
    probes: z.array(probe).catch([]),
    scenarios: z
      .array(scenario.catch({ name: 'a scenario', durationMs: undefined, targetComponents: [] }))
      .catch([]),
    duration: limitedOrNothing,
    parallel: z.boolean().catch(false),
    holdTime: orDefault('3s'),
    maxRecoveryWait: orDefault('60s'),
  })
  .optional()
  .catch(undefined);

/** The parts of a file that must fit together, as far as they can be read; whatever the file holds. */
export function fileOutline(data: unknown): ExperimentOutline {
  const file = looseFile.parse(data);
  return {
    probeNames: (file?.probes ?? []).map((one) => one.name ?? defaultProbeName(one)),
    scenarios: file?.scenarios ?? [],
    durationMs: file?.duration,
    parallel: file?.parallel ?? false,
    holdMs: file?.holdTime,
    maxRecoveryWaitMs: file?.maxRecoveryWait,
    components: file?.targetSystem === undefined ? undefined : Object.keys(file.targetSystem.dependencies),
  };
}
