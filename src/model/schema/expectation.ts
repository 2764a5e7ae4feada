import type { z } from 'zod';

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

/**
 * What a schema without a text of its own expects, as a noun. Unions have none: what their options expect is looked up
 * in their own issues.
 */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return nouns[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'too_small':
      return bounded(
        issue.origin,
        issue.inclusive === false ? 'more than' : 'at least',
        Number(issue.minimum),
      );
    case 'too_big':
      return bounded(
        issue.origin,
        issue.inclusive === false ? 'less than' : 'at most',
        Number(issue.maximum),
      );
    case 'invalid_union':
      return '';
    default:
      return 'something else';
  }
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
}

function bounded(origin: string, word: string, limit: number): string {
  switch (origin) {
    case 'string':
      return limit === 1 && word === 'at least'
        ? 'text that is not empty'
        : `text of ${word} ${limit} characters`;
    case 'array':
      return `a list of ${word} ${limit}`;
    case 'object':
      return `an object with ${word} ${limit} ${limit === 1 ? 'key' : 'keys'}`;
    default:
      return `a number of ${word} ${limit}`;
  }
}
