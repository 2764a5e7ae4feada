import { z } from 'zod';
import { campaignResultsSchema } from '../model/schema/campaign-results-schema.js';
import { resultsSchema } from '../model/schema/results-schema.js';

/** The JSON Schema (2020-12) of a run's `results.json`. */
export function resultsJsonSchema(): Readonly<Record<string, unknown>> {
  return published('results', resultsSchema, {
    title: 'chaosx results',
    description: 'What one run showed: results.json, and what `chaosx run --json` prints.',
  });
}

/** The JSON Schema (2020-12) of a campaign's `results.json`. */
export function campaignResultsJsonSchema(): Readonly<Record<string, unknown>> {
  return published('campaign-results', campaignResultsSchema, {
    title: 'chaosx results of a campaign',
    description:
      'What many runs showed together: results.json in the folder of a campaign; `kind` says which.',
  });
}

function published(
  name: string,
  schema: z.ZodType,
  words: { readonly title: string; readonly description: string },
): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'output',
    target: 'draft-2020-12',
    // What is used in several places is written once.
    reused: 'ref',
  });
  return {
    $schema,
    $id: `https://unpkg.com/@testagentx/chaos/schema/${name}.schema.json`,
    ...words,
    ...rest,
  };
}
