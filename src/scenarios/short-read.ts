import { z } from 'zod';
import type { ShortReadParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { platformSelectionShape } from './call-selection-shape.js';
import { defineScenario } from './scenario-definition.js';

/** Reads of files give less than they were asked for. */
export const shortRead = defineScenario({
  type: 'SHORT_READ',
  id: 'short_read',
  severity: 3,
  description: 'Every second read of a file gives fewer bytes than it was asked for.',
  effect: 'Shortens reads, whose rest comes with the next one; or has files end early.',
  symptoms:
    'Half a record taken for a whole one, buffers with old bytes at their end, files that cannot be parsed.',
  defaults: { injectionRate: 0.5, mode: 'short' },
  example: { mode: 'truncated', paths: ['*.json'], injectionRate: 1 },
  parameters: matching<ShortReadParameters>()(
    z.strictObject({
      mode: z
        .enum(['short', 'truncated'])
        .describe(
          'short: a read gives fewer bytes, the rest comes with the next one. truncated: the file ends early.',
        ),
      ...platformSelectionShape,
    }),
  ),
  inFiles: { when: null },
});
