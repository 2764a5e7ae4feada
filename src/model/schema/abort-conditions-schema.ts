import { z } from 'zod';
import type { AbortConditions } from '../experiment.js';
import { matching } from './matching.js';
import { countSchema, limitMsSchema, shareSchema } from './number-schema.js';
import { withRule } from './rule.js';

/** What stops a run early; at least one condition. */
export const abortConditionsSchema = matching<AbortConditions>()(
  withRule(
    z.strictObject({
      consecutiveFailures: countSchema.optional().describe('So many failed samples of one probe in a row.'),
      p95ResponseMs: limitMsSchema.optional().describe('The p95 of response times is above it, in ms.'),
      maxResponseMs: limitMsSchema.optional().describe('A response time is above it, in ms.'),
      maxErrorRate: shareSchema.optional().describe('The share of failed samples is above it, 0 to 1.'),
      passRate: shareSchema.optional().describe('The share of passed samples is below it, 0 to 1.'),
    }),
    (conditions) =>
      Object.keys(conditions).length > 0
        ? undefined
        : { message: 'expected at least one condition, got none' },
  ),
);
