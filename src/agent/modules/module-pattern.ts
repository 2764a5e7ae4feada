import type { CallSite } from '../../interpose/find-call-sites.js';
import { matchesPattern } from '../../model/component-pattern.js';

/**
 * True when a pattern names a function: by its whole name (`src/db.js#query`), by what follows the file (`query`,
 * `Orders#save`), or by the file (`src/db.js`, `src/*.js`). `*` stands for anything, a folder written as two stars also
 * for none.
 */
export function matchesSite(pattern: string, site: Pick<CallSite, 'name' | 'component' | 'method'>): boolean {
  return [site.name, site.method, site.component].some((text) => matches(pattern, text));
}

/**
 * True when a pattern may name functions of a file.
 *
 * @param source - the module's text when it is known: a function that it does not mention is not in it
 */
export function mayHold(pattern: string, file: string, source?: string): boolean {
  if (isOutside(file) && !isOutside(pattern)) return false;
  if (matches(pattern, file)) return true;
  if (mayBegin(pattern, `${file}#`)) return true;
  if (!isOfFunction(pattern)) return false;
  return source === undefined || pattern.split(/[*#]| \(static\)/).every((part) => source.includes(part));
}

/** True when a pattern names a file; other people's code only when the pattern says so. */
export function matchesFile(pattern: string, file: string): boolean {
  return (!isOutside(file) || isOutside(pattern)) && matches(pattern, file);
}

/** True when a pattern may name a method of what a module holds under a name: `src/db.js#pool`. */
export function mayHoldMethod(
  pattern: string,
  { name, method }: { readonly name: string; readonly method: string },
): boolean {
  const owner = (text: string) => text.slice(0, text.lastIndexOf('#') + 1);
  return mayBegin(pattern, owner(name)) || mayBegin(pattern, owner(method));
}

/** True when some name of a function may follow a text, so that a pattern fits both together. */
function mayBegin(pattern: string, text: string): boolean {
  return Array.from(pattern, (_, at) => at + 1).some(
    (at) => isOfFunction(pattern.slice(at)) && matches(pattern.slice(0, at), text),
  );
}

/** True for patterns that cannot be of a file: names of functions have no dots and slashes. */
function isOfFunction(pattern: string): boolean {
  return !/[./]/.test(pattern);
}

/** Other people's code is meant only when it is asked for. */
function isOutside(path: string): boolean {
  return path.includes('node_modules');
}

function matches(pattern: string, text: string): boolean {
  return (
    matchesPattern(pattern, text) ||
    (pattern.includes('**/') && matchesPattern(pattern.replaceAll('**/', ''), text))
  );
}
