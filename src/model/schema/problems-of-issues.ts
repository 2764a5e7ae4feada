import type { z } from 'zod';
import { didYouMean } from '../did-you-mean.js';
import type { Problem } from './problem.js';
import { shown } from './shown.js';

type Issue = z.core.$ZodIssue;
type Path = Problem['path'];
type KnownKeys = (unknownKeys: readonly string[]) => readonly string[];

/** The mistakes behind zod's issues; `knownKeys` says which keys the object knows that refused some. */
export function problemsOfIssues(
  issues: readonly Issue[],
  knownKeys: KnownKeys,
  base: Path = [],
): readonly Problem[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...(issue.path as Path)];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => unknownKey(path, key, knownKeys(issue.keys)));
      case 'invalid_key':
        return [{ path, at: 'key', message: mismatch(issue.issues[0]?.message ?? '', path.at(-1)) } as const];
      case 'invalid_union':
        if (issue.message === '' && 'errors' in issue) return ofUnion(issue, path, knownKeys);
        return [leaf(issue, path)];
      default:
        return [leaf(issue, path)];
    }
  });
}

function unknownKey(path: Path, key: string, known: readonly string[]): Problem {
  const hint = didYouMean(key, known) ?? (known.length > 0 ? `known here: ${known.join(', ')}` : undefined);
  return {
    path: [...path, key],
    at: 'key',
    message: `unknown key ${shown(key)}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function leaf(issue: Issue, path: Path): Problem {
  if (issue.code === 'custom' && issue.params?.['complete'] === true) {
    const { hint } = issue.params as { readonly hint?: string };
    return { path, at: 'value', message: issue.message, ...(hint === undefined ? {} : { hint }) };
  }
  const { got, hint } = answerTo(issue);
  return {
    path,
    at: 'value',
    message: mismatch(issue.message, got),
    ...(hint === undefined ? {} : { hint }),
  };
}

function mismatch(expected: string, got: unknown): string {
  return got === undefined ? `missing, expected ${expected}` : `expected ${expected}, got ${shown(got)}`;
}

/** What came, and what to write instead where that can be told. */
function answerTo(issue: Issue): { readonly got: unknown; readonly hint?: string | undefined } {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_value':
      return { got: input, hint: suggestion(input, issue.values.map(String)) };
    case 'invalid_union': {
      if (!('discriminator' in issue) || issue.discriminator === undefined) return { got: input };
      const got = (input as Record<string, unknown>)[issue.discriminator];
      return { got, hint: suggestion(got, 'options' in issue ? (issue.options ?? []).map(String) : []) };
    }
    case 'invalid_type':
      if (issue.expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
        return { got: input, hint: `put it in quotes: "${input}"` };
      }
      if (
        issue.expected === 'number' &&
        typeof input === 'string' &&
        input.trim() !== '' &&
        Number.isFinite(Number(input))
      ) {
        return { got: input, hint: `write it without quotes: ${Number(input)}` };
      }
      return { got: input };
    default:
      return { got: input };
  }
}

function suggestion(input: unknown, values: readonly string[]): string | undefined {
  return typeof input === 'string' ? didYouMean(input, values) : undefined;
}

/** A union's mistakes are those of the option that was most likely meant. */
function ofUnion(
  union: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  knownKeys: KnownKeys,
): readonly Problem[] {
  const meant = union.errors
    .filter((issues) => issues.every((issue) => !isOtherKind(issue)))
    .toSorted((a, b) => distanceOf(a) - distanceOf(b))
    .at(0);
  if (meant !== undefined) return problemsOfIssues(meant, knownKeys, path);
  const expected = new Set(
    union.errors
      .flat()
      .filter(isOtherKind)
      .map((issue) => issue.message),
  );
  return [{ path, at: 'value', message: mismatch([...expected].join(' or '), union.input) }];
}

/** True when the value is not even of the option's kind: a text where it wants an object. */
function isOtherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_value') return typeof issue.input !== typeof issue.values[0];
  return issue.code === 'invalid_type' || issue.code === 'invalid_union';
}

/** A missing key of its own tells options apart better than other mistakes; an option that says nothing of its parts tells least. */
function distanceOf(issues: readonly Issue[]): number {
  const costs = issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.length;
    if (isMissing(issue)) return 1_000;
    return issue.code === 'custom' && issue.path.length === 0 ? 1_000_000 : 1;
  });
  return costs.reduce((sum, cost) => sum + cost, 0);
}

function isMissing({ code, input, path }: Issue): boolean {
  return (code === 'invalid_type' || code === 'invalid_union') && input === undefined && path.length === 1;
}
