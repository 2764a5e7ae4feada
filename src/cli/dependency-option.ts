import { InvalidArgumentError } from 'commander';

/** Reads `name=VARIABLE`, one more with each time that the option is given. */
export function dependencyOption(
  text: string,
  before: Readonly<Record<string, { readonly env: string }>> = {},
): Readonly<Record<string, { readonly env: string }>> {
  const [, name, env] = /^([^=]+)=(\w+)$/.exec(text) ?? [];
  if (name === undefined || env === undefined)
    throw new InvalidArgumentError('expected name=VARIABLE, as in db=DATABASE_URL.');
  return { ...before, [name]: { env } };
}
