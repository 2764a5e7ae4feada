import { matchesGlob } from './glob.js';
import type { RequestHead } from './head.js';
import type { HttpMatch } from './http-rule.js';

export function matchesRequest(
  { method, path, query, header = {}, host }: HttpMatch,
  head: RequestHead,
): boolean {
  if (method !== undefined && ![method].flat().includes(head.method)) return false;
  if (path !== undefined && !matchesGlob(path, head.path)) return false;
  if (query !== undefined && !fits(query, head.target.split('?').slice(1).join('?'))) return false;
  if (host !== undefined && !fitsHost(host, head)) return false;
  return Object.entries(header).every(([name, pattern]) =>
    head.values(name).some((value) => fits(pattern, value)),
  );
}

function fitsHost(pattern: string, head: RequestHead): boolean {
  const host = (head.values('host')[0] ?? '').toLowerCase();
  const wanted = pattern.toLowerCase();
  return fits(wanted, host) || fits(wanted, host.replace(/:\d*$/, ''));
}

/** Where a slash is nothing special. */
function fits(pattern: string, text: string): boolean {
  return matchesGlob(pattern.replaceAll(/\*+/g, '**'), text);
}
