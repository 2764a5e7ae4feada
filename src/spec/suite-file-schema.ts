import { z } from 'zod';
import { commandSchema } from '../model/schema/command-schema.js';
import { limitedDurationSchema } from '../model/schema/duration-schema.js';
import { countSchema, shareSchema } from '../model/schema/number-schema.js';
import { dependencySchema, variableSchema } from '../model/schema/start-spec-schema.js';
import { nameSchema, textSchema } from '../model/schema/text-schema.js';
import { scenarioSchema } from './experiment-file-schema.js';

/** A suite under chaos as a file has it; what is left out has the defaults of `chaosx suite`. */
export const suiteFileSchema = z.strictObject(
  {
    name: nameSchema.optional(),
    command: commandSchema.optional(),
    cwd: textSchema.optional(),
    env: z.record(variableSchema, z.string()).optional(),
    dependencies: z.record(nameSchema, dependencySchema).optional(),
    report: textSchema.optional(),
    timeLimit: limitedDurationSchema.optional(),
    scenarios: z.array(scenarioSchema, { error: 'a list of at least one scenario' }).min(1).optional(),
    repeats: countSchema.optional(),
    undisturbed: countSchema.optional(),
    passRate: shareSchema.optional(),
  },
  {
    error: ({ code }) =>
      code === 'invalid_type' ? 'a suite: an object with command and scenarios, among others' : undefined,
  },
);

/** What a file without mistakes says. */
export type SuiteFile = z.output<typeof suiteFileSchema>;
