// Writes the JSON Schema that editors use for experiment files. Run it after the build: it imports dist.
import { writeFileSync } from 'node:fs';
import { experimentJsonSchema } from '../dist/spec/experiment-json-schema.js';

const file = new URL('../schema/experiment.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
