import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { type Answer, failure, plain } from './answer.js';
import { ApiError } from './api-error.js';

export interface GuardOptions {
  /** Further names under which the API may be asked for. */
  readonly allowedHosts: readonly string[];
  /** Asked for as `Authorization: Bearer …`. */
  readonly token?: string;
}

/** Why a request to a path that exists is turned away: it comes from a browser's page, or from nobody we know. */
export function refusal(request: IncomingMessage, { allowedHosts, token }: GuardOptions): Answer | null {
  const { 'user-agent': agent = '', host = '', origin, authorization = '' } = request.headers;
  if (agent.startsWith('Mozilla/')) return plain(403, 'User agent not allowed\n');
  const name = hostName(host);
  if (!isOurName(name, allowedHosts)) {
    return failure(
      new ApiError(
        403,
        `host ${JSON.stringify(name)} not allowed: use localhost or an address, or --allow-host`,
      ),
    );
  }
  if (isForeign(origin, host) || request.headers['sec-fetch-site'] === 'cross-site') {
    return failure(new ApiError(403, 'requests of other web sites are not allowed'));
  }
  if (token !== undefined && !isSame(authorization, `Bearer ${token}`)) {
    return failure(new ApiError(401, 'expected the token in the header Authorization: Bearer …'));
  }
  return null;
}

/**
 * A page can make a name of its own mean 127.0.0.1 (DNS rebinding), but not an address, `localhost`, or a name without
 * a dot, as containers have.
 */
function isOurName(name: string, allowedHosts: readonly string[]): boolean {
  if (name === '' || isIP(name) !== 0 || !name.includes('.')) return true;
  return name.endsWith('.localhost') || allowedHosts.includes(name);
}

function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(host)?.[1];
  return (bracketed ?? host.replace(/:\d*$/, '')).toLowerCase();
}

function isForeign(origin: string | undefined, host: string): boolean {
  if (origin === undefined) return false;
  return origin !== `http://${host}` && origin !== `https://${host}`;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
