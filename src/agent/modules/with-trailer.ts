import { accessors } from './accessors.js';
import { declaredNames } from './declared-names.js';
import { type ModuleFormat, parseModule } from './parse-module.js';
import { registryKey } from './registry-key.js';
import { applyEdits } from './text-edit.js';
import { topLevelBindings } from './top-level-bindings.js';

/** A module's source with its bindings in reach, or why it stays as it is. */
export type Trailed =
  | { readonly kind: 'changed'; readonly source: string }
  /** It has the trailer. */
  | { readonly kind: 'prepared' }
  | { readonly kind: 'untouched'; readonly reason: string };

const registry = `globalThis[Symbol.for(${JSON.stringify(registryKey)})]`;

/**
 * Appends one line to a module (or to the function that all of it is in) that hands accessors of its top-level functions, classes and objects to the registry of
 * this thread, if there is one. So any of its functions, exported or not, can be exchanged, and importers follow.
 *
 * `const f = () => …` becomes `let   f = () => …`, and a default export gets a binding, as far as nobody can tell. Every
 * other token stays in its line and column.
 *
 * @param format - null when only the source tells
 * @param file - names the module to the registry
 * @param take - `imports`: only what the module has from others, in variables that do not follow these
 */
export function withTrailer(
  source: string,
  format: ModuleFormat | null,
  file: string,
  take: 'all' | 'imports' = 'all',
): Trailed {
  if (source.includes(registry)) return { kind: 'prepared' };
  const parsed = parseModule(source, format);
  if (!parsed.ok) return { kind: 'untouched', reason: parsed.reason };
  const { bindings, edits, specifiers } = topLevelBindings(source, parsed, take);
  const exports = parsed.format === 'commonjs' && take === 'all' ? ',()=>module.exports' : '';
  if (bindings.length === 0 && exports === '') {
    return { kind: 'untouched', reason: 'it has no functions of its own' };
  }
  // Names that the line needs itself.
  const declared = declaredNames(parsed.top.scope);
  const taken = ['globalThis', 'Symbol', ...(exports === '' ? [] : ['module'])].find((name) =>
    declared.has(name),
  );
  if (taken !== undefined) return { kind: 'untouched', reason: `it has a \`${taken}\` of its own` };
  const live = specifiers.length === 0 ? '' : `export{${specifiers.join()}};`;
  const list = `[${bindings.map(accessors).join()}]`;
  const trailer = `;${live}${registry}?.(${JSON.stringify(file)},${list}${exports});`;
  const { end } = parsed.top;
  if (end === null) return { kind: 'changed', source: `${applyEdits(source, edits)}\n${trailer}\n` };
  return { kind: 'changed', source: applyEdits(source, [...edits, { start: end, end, text: trailer }]) };
}
