import { z } from 'zod';
import type { Severity } from '../scenario.js';
import { limitedDurationSchema } from './duration-schema.js';
import { matching } from './matching.js';
import { shareSchema } from './number-schema.js';
import { nameSchema, textSchema } from './text-schema.js';

/** From 1 (hardly felt) to 5 (an outage if the system is not made for it). */
const severitySchema = matching<Severity>()(
  z.literal([1, 2, 3, 4, 5], { error: 'a whole number from 1 to 5' }),
);

/** What every scenario has, whatever its type. */
export const scenarioFields = {
  name: nameSchema.describe('What it is called in messages and reports.'),
  description: z.string().describe('What goes wrong, in a sentence.'),
  severity: severitySchema.describe('1 (hardly felt) to 5 (an outage if the system is not made for it).'),
  duration: limitedDurationSchema.describe('How long the fault is active.'),
  probability: shareSchema.describe('Chance from 0 to 1 that the scenario triggers at all.'),
  targetComponents: z.array(textSchema).describe('The parts of the target to break; empty means all.'),
};
