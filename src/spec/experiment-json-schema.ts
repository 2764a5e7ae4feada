import { z } from 'zod';
import { experimentFileSchema } from './experiment-file-schema.js';

/** Where the published schema is found; editors only need the file itself. */
const schemaId = 'https://unpkg.com/@testagentx/chaos/schema/experiment.schema.json';

/** The JSON Schema (2020-12) of an experiment file: completion and checks in an editor. */
export function experimentJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(experimentFileSchema, {
    io: 'input',
    target: 'draft-2020-12',
  });
  return {
    $schema,
    $id: schemaId,
    title: 'chaosx experiment',
    description: 'What goes wrong in a system on purpose, what should stay true, and how that is seen.',
    ...schema,
  };
}
