import { z } from 'zod';
import type { AddressSpec } from '../experiment.js';
import { ipAddressSchema } from './address-schema.js';
import { matching } from './matching.js';
import { nameSchema } from './text-schema.js';

/** A place on the network that somebody else runs. */
export const addressSpecSchema = matching<AddressSpec>()(
  z.strictObject({
    name: nameSchema.describe('What the target is called in messages and reports.'),
    address: ipAddressSchema.describe(
      'Where it is, IP:port. Rules of the kernel break it: they hit every local process that talks there.',
    ),
  }),
);
