import { z } from 'zod';
import type { DnsFailureParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { shareSchema } from '../model/schema/number-schema.js';
import { textSchema } from '../model/schema/text-schema.js';
import { defineScenario } from './scenario-definition.js';

/** Names cannot be looked up. */
export const dnsFailure = defineScenario({
  type: 'DNS_FAILURE',
  id: 'dns_failure',
  severity: 4,
  description: 'Names cannot be looked up: DNS is out of order.',
  effect: 'Fails look-ups of names, as the platform does; connections that are open stay.',
  symptoms:
    'Services that cannot reconnect, retries without a pause, caches of addresses that were never tried, slow errors.',
  defaults: { hosts: ['*'], error: 'ENOTFOUND', injectionRate: 1 },
  example: { hosts: ['*.internal'], error: 'EAI_AGAIN' },
  parameters: matching<DnsFailureParameters>()(
    z.strictObject({
      hosts: z
        .array(textSchema)
        .min(1)
        .describe('Names whose look-ups fail; * stands for any characters. Addresses are no names.'),
      error: z
        .enum(['ENOTFOUND', 'EAI_AGAIN', 'timeout'])
        .describe(
          'ENOTFOUND: no such name. EAI_AGAIN: no name server answered properly. timeout: no answer for 10 s, then EAI_AGAIN.',
        ),
      injectionRate: shareSchema.describe('Chance from 0 to 1 that a look-up fails.'),
    }),
  ),
});
