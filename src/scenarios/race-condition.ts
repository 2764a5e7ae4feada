import { z } from 'zod';
import type { RaceConditionParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { shareSchema } from '../model/schema/number-schema.js';
import { defineScenario } from './scenario-definition.js';

/** Races are triggered. */
export const raceCondition = defineScenario({
  type: 'RACE_CONDITION',
  id: 'race_condition',
  severity: 4,
  description: 'Races are triggered: what usually happens in one order happens in another.',
  effect: 'Postpones calls and callbacks a little, so that they overtake each other.',
  symptoms: 'Lost updates, answers for the wrong request, failures that nobody can repeat.',
  defaults: { maxDelayMs: 20, budget: 0.2 },
  example: { maxDelayMs: 50, budget: 0.5 },
  parameters: matching<RaceConditionParameters>()(
    z.strictObject({
      maxDelayMs: z
        .number({ error: 'milliseconds above 0 and at most 10000' })
        .positive()
        .max(10_000)
        .describe('Longest single postponement, in ms.'),
      budget: shareSchema.describe('Share of the active time that may be spent waiting, 0 to 1.'),
    }),
  ),
});
