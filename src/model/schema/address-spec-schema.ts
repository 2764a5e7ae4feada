import { z } from 'zod';
import type { AddressSpec } from '../experiment.js';
import { ipAddressSchema } from './address-schema.js';
import { matching } from './matching.js';
import { nameSchema } from './text-schema.js';

/** A place on the network that somebody else runs. */
export const addressSpecSchema = matching<AddressSpec>()(
  z.strictObject({
    name: nameSchema.describe('What the target is called in messages and reports.'),
    address: z
      .xor([ipAddressSchema, z.array(ipAddressSchema).min(1, { error: 'at least one address' })], {
        error: ({ input }) =>
          typeof input === 'string' || Array.isArray(input)
            ? undefined
            : 'an address IP:port, or a list of them',
      })
      .describe(
        'Where it is: IP:port, or a list of them. Rules of the kernel break it: they hit every local process that talks there.',
      ),
  }),
);
