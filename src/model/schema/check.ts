import type { z } from 'zod';
import { expectation } from './expectation.js';
import type { Problem } from './problem.js';
import { problemsOfIssues } from './problems-of-issues.js';

/** What a schema makes of a value, or every mistake in it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Checks a value against a schema and finds every mistake at once.
 * In our schemas, the `error` text says what is expected, as a noun: "a share from 0 to 1"; and alternatives are
 * `z.xor`, because `z.union` drops its own text when one option is nearly right.
 */
export function check<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  // Zod's finished issues do not say which keys an object knows; its raw ones do.
  const knownKeys = new WeakMap<readonly string[], readonly string[]>();
  const result = schema.safeParse(value, {
    reportInput: true,
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') knownKeys.set(issue.keys, keysOf(issue.inst));
      return expectation(issue);
    },
  });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: problemsOfIssues(result.error.issues, (keys) => knownKeys.get(keys) ?? []) };
}

function keysOf(schema: unknown): readonly string[] {
  return Object.keys((schema as Partial<z.ZodObject> | undefined)?.shape ?? {});
}
