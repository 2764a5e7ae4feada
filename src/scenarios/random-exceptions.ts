import { z } from 'zod';
import type { ExceptionInjectionParameters, ExceptionType } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { textSchema } from '../model/schema/text-schema.js';
import { platformSelectionShape } from './call-selection-shape.js';
import { defineScenario } from './scenario-definition.js';

const described =
  'What is thrown: codes such as ECONNRESET or ENOSPC, AbortError, TimeoutError, HttpError:503, names of error classes.';
const exceptionNames = z.array(textSchema).min(1);
const exceptionTypes = z.array(
  z.custom<ExceptionType>(
    (value) => typeof value === 'function' || (typeof value === 'string' && value.trim() !== ''),
    { error: 'the name of an error, an error class, or a function that makes errors' },
  ),
);

/** Calls throw. */
export const randomExceptions = defineScenario({
  type: 'EXCEPTION_INJECTION',
  id: 'random_exceptions',
  severity: 3,
  description: 'Calls throw: one in ten, with an error of your choice.',
  effect: 'Makes methods throw, or reject where they are asynchronous, before or after the real call.',
  symptoms:
    'Errors that reach users, work that is done twice or half, processes that exit on an unhandled rejection.',
  defaults: { injectionRate: 0.1, exceptionTypes: ['Error'], moment: 'before' },
  example: { exceptionTypes: ['ECONNRESET', 'TimeoutError'], injectionRate: 0.2 },
  parameters: matching<ExceptionInjectionParameters>()(
    z.strictObject({
      exceptionTypes: exceptionTypes.min(1).describe(described),
      moment: z
        .enum(['before', 'after'])
        .describe('before: the real call does not happen. after: it happens, and its reply is lost.'),
      ...platformSelectionShape,
    }),
  ),
  inFiles: { exceptionTypes: exceptionNames.describe(described), when: null },
});
