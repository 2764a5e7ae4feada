import { z } from 'zod';
import { isChaosError } from '../chaos-error.js';
import { redactUrlCredentials } from '../redact.js';
import { splitCommand } from '../split-command.js';
import type { RuleBroken } from './rule.js';
import { textSchema } from './text-schema.js';

/** A program with its arguments: a list, or a text that is split without a shell. */
export const commandSchema = z.xor(
  [textSchema, z.array(z.string()).min(1, { error: 'a list that begins with a program' })],
  { error: (issue) => (Array.isArray(issue.input) ? undefined : 'a command: text, or a list of arguments') },
);

/** The rule that a command given as text can be split without a shell. */
export function mustSplit(command: unknown): RuleBroken | undefined {
  if (typeof command !== 'string' || command.trim() === '') return undefined;
  try {
    splitCommand(command);
    return undefined;
  } catch (error) {
    if (!isChaosError(error)) throw error;
    return { message: redactUrlCredentials(error.message), hint: error.hint };
  }
}
