import type { z } from 'zod';

/** What a rule says of a value, complete: "expected a closing quote, got the end of the command". */
export interface RuleBroken {
  /** From the value that the rule is about; default: the value itself. */
  readonly path?: readonly string[];
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * Adds a rule over a whole value. It also runs when a part of an object is already known to be wrong, so that every
 * mistake is found at once; it must not rely on the parts having their types.
 */
export function withRule<S extends z.ZodType>(
  schema: S,
  rule: (value: z.output<S>) => RuleBroken | undefined,
): S {
  return schema.superRefine(
    (value, context) => {
      const broken = rule(value);
      if (broken === undefined) return;
      const { path = [], message, hint } = broken;
      context.addIssue({ code: 'custom', path: [...path], message, params: { complete: true, hint } });
    },
    { when: ({ value }) => typeof value === 'string' || (typeof value === 'object' && value !== null) },
  );
}
