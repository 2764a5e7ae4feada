import { types } from 'node:util';
import { redactUrlCredentials } from '../../model/redact.js';

const maxLength = 80;
/** No URL that begins in what is shown has its password end behind this. */
const longestLooked = 10_000;
const secretPath = /pass(word|wd)?|secret|token|credential|api_?key|authorization|cookie/i;

/** What a value was, for people: at most 80 characters, nothing of what is called a secret, and no more of objects than what they are. */
export function shortText(value: unknown, path: string): string {
  if (secretPath.test(path)) return '(hidden)';
  const text = textOf(value);
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

function textOf(value: unknown): string {
  // Whatever is cut off may have been what tells a password: first it is hidden.
  if (typeof value === 'string')
    return JSON.stringify(redactUrlCredentials(value.slice(0, longestLooked)).slice(0, maxLength));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (types.isProxy(value)) return 'proxy';
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (types.isUint8Array(value)) return `${value.length} bytes`;
  if (types.isDate(value)) return dateText(Date.prototype.getTime.call(value));
  return `object with ${Reflect.ownKeys(value).length} fields`;
}

function dateText(atMs: number): string {
  return Number.isNaN(atMs) ? 'invalid date' : new Date(atMs).toISOString();
}
