// Writes the JSON Schemas that are published: for experiment files, which editors use, and for what runs and campaigns
// give. Run it after the build: it imports dist.
import { writeFileSync } from 'node:fs';
import { experimentJsonSchema } from '../dist/spec/experiment-json-schema.js';
import { campaignResultsJsonSchema, resultsJsonSchema } from '../dist/spec/results-json-schema.js';

const schemas = {
  experiment: experimentJsonSchema(),
  results: resultsJsonSchema(),
  'campaign-results': campaignResultsJsonSchema(),
};
for (const [name, schema] of Object.entries(schemas)) {
  const file = new URL(`../schema/${name}.schema.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
}
