import { z } from 'zod';
import { addressSpecSchema } from '../model/schema/address-spec-schema.js';
import { frontSpecSchema, frontsSpecSchema } from '../model/schema/front-spec-schema.js';
import { runningSpecSchema } from '../model/schema/running-spec-schema.js';
import { startSpecSchema } from '../model/schema/start-spec-schema.js';

/** What is under test, as a file may say it: how to start it, which process it is, or where it is (and is to be reached). */
export const targetFileSchema = z.xor(
  [startSpecSchema, runningSpecSchema, addressSpecSchema, frontSpecSchema, frontsSpecSchema],
  {
    error: ({ input }) =>
      typeof input === 'object' && input !== null && !Array.isArray(input)
        ? undefined
        : 'how to start it, such as { name: shop, start: node server.mjs }, which process it is: { name: shop, port: 3000 }, or where it is: { name: db, address: 10.0.0.5:5432 }',
  },
);
