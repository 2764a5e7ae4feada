import { redactUrlCredentials } from '../redact.js';

const longestText = 60;

/** A value as a message shows it: short, on one line, without the credentials of URLs, whatever it is. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return shownText(redactUrlCredentials(value));
    case 'function':
      return /^[\w$]+$/.test(value.name) ? `the function ${value.name}` : 'a function';
    case 'object':
      return shownObject(value);
    default:
      return shownText(String(value)).slice(1, -1);
  }
}

function shownText(text: string): string {
  return JSON.stringify(text.length > longestText ? `${text.slice(0, longestText)}…` : text);
}

function shownObject(value: object | null): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return shownList(value);
  const keys = Object.keys(value);
  if (keys.length === 0) return 'an empty object';
  const more = keys.length > 6 ? ', …' : '';
  return `an object with ${keys.slice(0, 6).map(shownKey).join(', ')}${more}`;
}

function shownKey(key: string): string {
  return /^[\w$-]+$/.test(key) ? key : shownText(key);
}

function shownList(values: readonly unknown[]): string {
  if (values.length === 0) return 'an empty list';
  const isFlat = values.every((value) => typeof value !== 'object' && typeof value !== 'function');
  const text = `[${values.map(shown).join(', ')}]`;
  return isFlat && text.length <= longestText ? text : `a list of ${values.length}`;
}
