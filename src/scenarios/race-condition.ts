import { z } from 'zod';
import type { RaceConditionParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { shareSchema } from '../model/schema/number-schema.js';
import { platformSelectionShape } from './call-selection-shape.js';
import { defineScenario } from './scenario-definition.js';

const gates = ['start', 'answer'] as const;
const places = ['calls', 'io', 'timers'] as const;

/** Races are triggered. */
export const raceCondition = defineScenario({
  type: 'RACE_CONDITION',
  id: 'race_condition',
  severity: 4,
  description: 'Races are triggered: what usually happens in one order happens in another.',
  effect: 'Postpones calls and callbacks a little, so that they overtake each other.',
  symptoms: 'Lost updates, answers for the wrong request, failures that nobody can repeat.',
  defaults: { injectionRate: 1, maxDelayMs: 20, budget: 0.2, gates: ['answer'] },
  example: { maxDelayMs: 50, gates: ['start', 'answer'] },
  parameters: matching<RaceConditionParameters>()(
    z.strictObject({
      maxDelayMs: z
        .number({ error: 'milliseconds above 0 and at most 10000' })
        .positive()
        .max(10_000)
        .describe('Longest single postponement, in ms; drawn log-uniformly from 1 ms on.'),
      budget: shareSchema.describe('Share of the active time in which anything may be held back, 0 to 1.'),
      gates: z
        .array(z.enum(gates, { error: `one of ${gates.join(', ')}` }))
        .min(1, { error: `at least one of ${gates.join(', ')}` })
        .describe(
          'Which end of a call is held back, one of them a call: start, answer. Starts of one object keep their order.',
        ),
      places: z
        .array(z.enum(places, { error: `one of ${places.join(', ')}` }))
        .min(1, { error: `at least one of ${places.join(', ')}` })
        .exactOptional()
        .describe(
          'What is perturbed: calls (of components), io (files, names, network), timers. Default: calls where there are components, else io and timers.',
        ),
      ...platformSelectionShape,
    }),
  ),
  inFiles: { when: null },
});
