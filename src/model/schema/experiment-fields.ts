import { z } from 'zod';
import { abortConditionsSchema } from './abort-conditions-schema.js';
import { durationSchema, limitedDurationSchema } from './duration-schema.js';
import { safetyLimitsSchema } from './safety-limits-schema.js';
import { nameSchema, textSchema } from './text-schema.js';

/** What an experiment has alike in a file and in the API. */
export const experimentFields = {
  name: nameSchema.describe('What the experiment is called; runs are kept under it.'),
  description: z.string().default('').describe('Why it is made, for people.'),
  steadyStateHypothesis: z
    .string()
    .default('')
    .describe('What should stay true, as a sentence: shown, never evaluated. The criteria decide.'),
  duration: limitedDurationSchema
    .optional()
    .describe(
      'Caps the summed active time, without baseline and recovery. Default: the sum of the scenarios.',
    ),
  seed: z
    .int({ error: 'a whole number' })
    .optional()
    .describe('Drives every random choice. Default: drawn at the start, printed and stored.'),
  baseline: limitedDurationSchema
    .default('5s')
    .describe('How long the steady state is watched before the first fault.'),
  holdTime: durationSchema
    .default('3s')
    .describe('How long the steady state must hold to count as recovered.'),
  maxRecoveryWait: limitedDurationSchema.default('60s').describe('How long recovery is waited for.'),
  parallel: z.boolean().default(false).describe('All scenarios together instead of one after the other.'),
  observeHandlers: z
    .union([z.boolean(), z.array(textSchema).min(1)], {
      error: 'true, or a list of patterns of files below the folder of the target (`src/*.js`)',
    })
    .optional()
    .describe(
      'Which handlers of errors run is observed, in a Node program that chaosx starts: true for those of its own files, or patterns of files below its folder. Default false.',
    ),
  abortWhen: abortConditionsSchema.optional().describe('Stops the run early, judged over a sliding 10 s.'),
  safety: safetyLimitsSchema
    .optional()
    .describe('What may never be done; refused before anything is touched.'),
};
