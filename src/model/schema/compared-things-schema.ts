import { z } from 'zod';
import type { ComparedThings } from '../results.js';
import { matching } from './matching.js';

const count = z.int().min(0);

export const comparedThingsSchema = z
  .array(matching<ComparedThings>()(z.strictObject({ what: z.string(), before: count, after: count })))
  .describe('How many things of each kind there were before the run, and are after it.');
