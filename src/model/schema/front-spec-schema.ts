import { z } from 'zod';
import type { FrontSpec, FrontsSpec } from '../experiment.js';
import { addressSchema } from './address-schema.js';
import { matching } from './matching.js';
import { nameSchema } from './text-schema.js';

const name = nameSchema.describe('What the target is called in messages and reports.');
const place = {
  address: addressSchema.describe('Where it is, host:port.'),
  listen: addressSchema.describe(
    'Where clients are to connect to during the run, host:port: the proxy listens there.',
  ),
};

/** An address and the port in front of it. */
export const frontSpecSchema = matching<FrontSpec>()(z.strictObject({ name, ...place }));

/** Several addresses by name, each with a port in front of it. */
export const frontsSpecSchema = matching<FrontsSpec>()(
  z.strictObject({
    name,
    fronts: z
      .record(nameSchema, z.strictObject(place))
      .refine((fronts) => Object.keys(fronts).length > 0, { error: 'at least one place, by name' })
      .describe('Places by name, each with a port in front of it: targetComponents of network scenarios.'),
  }),
);
