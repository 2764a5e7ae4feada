import { z } from 'zod';

/** A share from 0 to 1. */
export const shareSchema = z.number({ error: 'a share from 0 to 1 (5 % is 0.05)' }).min(0).max(1);

/** A limit in milliseconds, above 0. */
export const limitMsSchema = z.number({ error: 'a number of milliseconds above 0' }).positive();

/** A whole number of things, from 1 on. */
export const countSchema = z.int({ error: 'a whole number of at least 1' }).min(1);
