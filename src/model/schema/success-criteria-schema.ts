import { z } from 'zod';
import type { SuccessCriteria } from '../experiment.js';
import { durationSchema } from './duration-schema.js';
import { matching } from './matching.js';
import { limitMsSchema, shareSchema } from './number-schema.js';
import { withRule } from './rule.js';

/** The limits that an experiment may set. */
export const successCriteriaSchema = matching<SuccessCriteria>()(
  withRule(
    z.strictObject({
      responseTimeMs: limitMsSchema
        .optional()
        .describe('Limit for the p95 of response times while active, in ms.'),
      p95ResponseMs: limitMsSchema.optional().describe('The same as responseTimeMs.'),
      maxResponseMs: limitMsSchema
        .optional()
        .describe('Limit for the longest response time while active, in ms.'),
      maxDowntime: durationSchema
        .optional()
        .describe('Longest outage, from injection to the end of recovery.'),
      maxRecoveryTime: durationSchema
        .optional()
        .describe('Longest time from revert until the steady state holds.'),
      passRate: shareSchema.optional().describe('Least share of samples that pass while active, 0 to 1.'),
      maxErrorRate: shareSchema
        .optional()
        .describe('Largest share of samples that fail while active, 0 to 1.'),
      minAvailability: shareSchema
        .optional()
        .describe('Least share of time up, from injection to the end of recovery, 0 to 1.'),
    }),
    ({ responseTimeMs, p95ResponseMs }) =>
      responseTimeMs === undefined || p95ResponseMs === undefined
        ? undefined
        : {
            path: ['p95ResponseMs'],
            message: 'expected one of responseTimeMs and p95ResponseMs, which mean the same, got both',
            hint: 'remove one of them',
          },
  ),
);
