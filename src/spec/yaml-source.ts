import { type Document, parseDocument, visit } from 'yaml';
import type { Problem } from '../model/schema/problem.js';
import { offsetOf } from './offset-of.js';

/** Line and column in a file, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A mistake and where it is. */
export interface PlacedProblem extends Problem, Place {}

/** A YAML text, read once: its data, its syntax errors, and where each part of the data stands. */
export interface YamlSource {
  /** Plain data without cycles; undefined when syntax errors leave nothing to rely on. */
  readonly data: unknown;
  readonly syntaxProblems: readonly PlacedProblem[];
  place(problem: Problem): PlacedProblem;
}

/** A syntax error and its offset in the text. */
interface Found {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** Reads a text of YAML 1.2; never throws. */
export function readYaml(text: string): YamlSource {
  const document = parseDocument(text, { prettyErrors: false, merge: true, logLevel: 'error' });
  const end = text.trimEnd().length;
  const placeAt = (offset: number) => placeOf(text, Math.min(offset, end));
  const found = [...document.errors, ...document.warnings].map(({ code, message, pos: [offset, until] }) => ({
    offset,
    ...explained(code, message, text.slice(offset, until)),
  }));
  // A key that is given twice leaves the rest readable; after any other error the data is a guess.
  const isReadable =
    document.warnings.length === 0 && document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  const read = isReadable ? plainData(document) : { data: undefined, found: [] };
  return {
    data: read.data,
    syntaxProblems: [...found, ...read.found].map(({ offset, ...problem }) => ({
      path: [],
      at: 'value',
      ...problem,
      ...placeAt(offset),
    })),
    place: (problem) => ({ ...problem, ...placeAt(offsetOf(document, problem)) }),
  };
}

/** Counted by hand: yaml's LineCounter loses lines in some texts with syntax errors. */
function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function explained(code: string, message: string, source: string): Omit<Found, 'offset'> {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { message: 'this key is given twice', hint: 'remove one of the two' };
    case 'TAB_AS_INDENT':
      return { message: 'expected spaces, got a tab', hint: 'YAML is indented with spaces only' };
    case 'MULTIPLE_DOCS':
      return {
        message: 'expected one experiment, got several YAML documents',
        hint: 'give each one its own file',
      };
    case 'TAG_RESOLVE_FAILED':
      return {
        message: `expected plain YAML, got the tag ${JSON.stringify(source)}`,
        hint: 'remove the tag',
      };
    default:
      return { message: `not valid YAML: ${message.split('\n')[0]}` };
  }
}

/** The data of a document, unless its aliases stand in the way. */
function plainData(document: Document.Parsed): { readonly data: unknown; readonly found: readonly Found[] } {
  const found = brokenAliases(document);
  if (found.length > 0) return { data: undefined, found };
  try {
    return { data: document.toJS(), found };
  } catch (error) {
    // All that is left to fail is yaml's limit on how much aliases may multiply.
    return {
      data: undefined,
      found: [{ offset: 0, message: `not valid YAML: ${(error as Error).message}` }],
    };
  }
}

function brokenAliases(document: Document.Parsed): readonly Found[] {
  const found: Found[] = [];
  visit(document, {
    Alias(_key, alias, ancestors) {
      const offset = alias.range?.[0] ?? 0;
      const target = alias.resolve(document);
      if (target === undefined) {
        found.push({
          offset,
          message: `expected an anchor before it, got *${alias.source} without &${alias.source}`,
        });
      } else if (ancestors.includes(target)) {
        found.push({
          offset,
          message: `expected something that ends, got *${alias.source} inside of itself`,
        });
      }
    },
  });
  return found;
}
