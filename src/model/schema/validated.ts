import type { z } from 'zod';
import { ChaosError } from '../chaos-error.js';
import { check } from './check.js';
import { formatPath, type Problem } from './problem.js';

/**
 * A value that a schema accepts.
 *
 * @param what - what the value is, to begin the message with: `the scenario "slow-db"`
 * @throws ChaosError INVALID_INPUT that lists every mistake, one a line
 */
export function validated<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const checked = check(schema, value);
  if (checked.ok) return checked.value;
  throw invalidInput(what, checked.problems);
}

/** The error that lists every mistake in a value of the API; `cause.problems` has them as data. */
export function invalidInput(what: string, problems: readonly Problem[]): ChaosError {
  const lines = problems.map((problem) => `  ${problemLine(problem)}`);
  return new ChaosError('INVALID_INPUT', `${what} is not valid:\n${lines.join('\n')}`, {
    cause: { problems },
  });
}

function problemLine({ path, message, hint }: Problem): string {
  const place = formatPath(path);
  return `${place === '' ? '' : `${place}: `}${message}${hint === undefined ? '' : ` (${hint})`}`;
}
