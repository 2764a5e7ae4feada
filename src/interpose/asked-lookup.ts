import dns from 'node:dns';
import { isIP } from 'node:net';

/** True for a name that is looked up: addresses are no names. */
export function isName(host: unknown): host is string {
  return typeof host === 'string' && host !== '' && isIP(host) === 0;
}

/** False for options of `dns.lookup` that the platform refuses with an error of its own, at once. */
export function areLookupOptions(options: unknown): boolean {
  if (options === undefined || options === null) return true;
  if (typeof options === 'number') return isFamily(options);
  if (typeof options !== 'object') return false;
  const { family = 0, hints = 0, all = false, verbatim = false, order } = options as Record<string, unknown>;
  return (
    isFamily(family) &&
    areHints(hints) &&
    isFlag(all) &&
    isFlag(verbatim) &&
    [undefined, null, 'ipv4first', 'ipv6first', 'verbatim'].includes(order as string)
  );
}

function areHints(hints: unknown): boolean {
  if (hints === null) return true;
  return typeof hints === 'number' && (hints & ~(dns.ADDRCONFIG | dns.ALL | dns.V4MAPPED)) === 0;
}

function isFlag(value: unknown): boolean {
  return value === null || typeof value === 'boolean';
}

function isFamily(family: unknown): boolean {
  return [0, 4, 6, 'IPv4', 'IPv6', null].includes(family as number);
}
