import { z } from 'zod';

/** Text with at least one character that is not a space. */
export const textSchema = z.string().regex(/\S/, { error: 'text that is not empty' });

/** A name: one line, at most 200 characters. */
export const nameSchema = z
  .string()
  .max(200)
  .regex(/^[^\r\n]*\S[^\r\n]*$/, { error: 'a name of one line that is not empty' });
