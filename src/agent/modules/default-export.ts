import type { ExportDefaultDeclaration } from 'acorn';
import type { TextEdit } from './text-edit.js';

/** A default export that is given a name, under which it can be exchanged; every token but its own stays in place. */
export interface NamedDefault {
  readonly edits: readonly TextEdit[];
  /** What the export must be put back with: `x as default`. */
  readonly specifier: string;
}

/** `export default query;`: a copy of the value becomes the live binding. */
export function liveDefault(
  source: string,
  { start, end }: ExportDefaultDeclaration,
  name: string,
): NamedDefault {
  // A semicolon, for the line before may end without one.
  const text = `;${source.slice(start + 1, end).replaceAll(/[^\r\n\u2028\u2029]/g, ' ')}`;
  return { edits: [{ start, end, text }], specifier: `${name} as default` };
}

/** `export default () => …`, `export default function () …`, `export default class …`, or null when there is no room. */
export function namedDefault(
  source: string,
  { start, declaration }: ExportDefaultDeclaration,
  name: string,
): NamedDefault | null {
  const specifier = `${name} as default`;
  if (declaration.type === 'FunctionDeclaration') {
    const [head, isAsync, isGenerator] =
      /^export[ \t]+default[ \t]+(async[ \t]+)?function[ \t]*(\*)?[ \t]*(?=\()/.exec(source.slice(start)) ??
      [];
    if (head === undefined) return null;
    const text = `${isAsync === undefined ? '' : 'async '}function${isGenerator ?? ''} ${name}`;
    return fitted(start, head, text, specifier);
  }
  const [head] = /^export[ \t]+default/.exec(source.slice(start)) ?? [];
  const begun = head === undefined ? null : fitted(start, head, `let ${name} =`, specifier);
  if (begun === null || declaration.type !== 'ClassDeclaration') return begun;
  const closed = closing(source, declaration.end);
  return closed === null ? null : { specifier, edits: [...begun.edits, closed] };
}

function fitted(start: number, head: string, text: string, specifier: string): NamedDefault | null {
  if (text.length > head.length) return null;
  return { specifier, edits: [{ start, end: start + head.length, text: text.padEnd(head.length) }] };
}

/** A declaration ends by itself, an expression does not: room for a semicolon after it, without moving anything. */
function closing(source: string, end: number): TextEdit | null {
  const next = source[end];
  if (next === ' ' || next === '\t') return { start: end, end: end + 1, text: ';' };
  return next === undefined || /[\r\n\u2028\u2029;]/.test(next) ? { start: end, end, text: ';' } : null;
}
