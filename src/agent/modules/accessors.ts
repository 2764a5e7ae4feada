import { defaultName } from './default-name.js';
import type { TopBinding } from './top-level-bindings.js';

/** Code, for inside of a module, of what `LoadedModule` takes: a `GivenBinding`. */
export function accessors({ name, fixed, is }: Pick<TopBinding, 'name' | 'fixed' | 'is'>): string {
  const value = name === '$' ? '_' : '$';
  const key = JSON.stringify(name === defaultName ? 'default' : name);
  const set = fixed === null ? `${value}=>{${name}=${value}}` : JSON.stringify(fixed);
  return `[${key},()=>${name},${set}${is === 'import' ? ',1' : ''}]`;
}
