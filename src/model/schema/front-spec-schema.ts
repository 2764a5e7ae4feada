import { z } from 'zod';
import type { FrontSpec } from '../experiment.js';
import { addressSchema } from './address-schema.js';
import { matching } from './matching.js';
import { nameSchema } from './text-schema.js';

/** An address and the port in front of it. */
export const frontSpecSchema = matching<FrontSpec>()(
  z.strictObject({
    name: nameSchema.describe('What the target is called in messages and reports.'),
    address: addressSchema.describe('Where it is, host:port.'),
    listen: addressSchema.describe(
      'Where clients are to connect to during the run, host:port: the proxy listens there.',
    ),
  }),
);
