import { ChaosError } from '../model/chaos-error.js';

/** Names of members and indexes of items, from the outside in. */
export type JsonPath = readonly (string | number)[];

/** `.name`, `[0]`, `["any name"]` or `['any name']`, one after the other. */
const step = /\.?([^.[\]\s"']+)|\[(\d+)\]|\["([^"]*)"\]|\['([^']*)'\]/y;

/**
 * The steps of a path such as `$.items[0].price`; `$` alone is the whole document, and the leading `$.` may be left out.
 *
 * @throws ChaosError INVALID_INPUT when it is not of that form
 */
export function parseJsonPath(text: string): JsonPath {
  const path: (string | number)[] = [];
  const steps = text.startsWith('$') ? text.slice(1) : `.${text}`;
  step.lastIndex = 0;
  while (step.lastIndex < steps.length) {
    const match = step.exec(steps);
    if (match === null || (match[1] !== undefined && !match[0].startsWith('.'))) {
      throw new ChaosError('INVALID_INPUT', `expected a JSON path, got ${JSON.stringify(text)}`, {
        hint: 'write it like $.items[0].price or $["a name"].b',
      });
    }
    const [, name, index, doubleQuoted, singleQuoted] = match;
    path.push(index === undefined ? (name ?? doubleQuoted ?? singleQuoted ?? '') : Number(index));
  }
  return path;
}

/** What is at the path; `found` tells a member that is null from one that is not there. */
export function valueAt(
  document: unknown,
  path: JsonPath,
): { readonly found: boolean; readonly value: unknown } {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      return { found: false, value: undefined };
    }
    value = (value as Record<string | number, unknown>)[key];
  }
  return { found: true, value };
}
