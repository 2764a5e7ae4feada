import dns from 'node:dns';
import { getDefaultAutoSelectFamily, isIP } from 'node:net';
import type { ResolvedAddress } from '../model/dialer.js';
import type { AskedConnect } from './asked-connect.js';

type Resolved = (error: Error | null, addresses: readonly ResolvedAddress[]) => void;

/**
 * Finds the addresses of a connect exactly as the platform would: by the socket's own `lookup` or `dns.lookup` of
 * now, several where it would try several. Throws what a synchronous lookup throws.
 */
export function resolveAddresses({ host, options }: AskedConnect, resolved: Resolved): void {
  const literal = isIP(host);
  if (literal !== 0) {
    resolved(null, [{ address: host, family: literal === 6 ? 6 : 4 }]);
    return;
  }
  const family =
    (options.family as unknown) === 'IPv6'
      ? 6
      : (options.family as unknown) === 'IPv4'
        ? 4
        : (options.family ?? 0);
  const several =
    (options.autoSelectFamily ?? getDefaultAutoSelectFamily()) &&
    family !== 4 &&
    family !== 6 &&
    !options.localAddress;
  const hints = options.hints || (family === 4 || family === 6 ? 0 : dns.ADDRCONFIG);
  const lookup = (options.lookup ?? dns.lookup) as typeof dns.lookup;
  lookup(host, { family, hints, all: several }, (error, found: unknown, foundFamily?: unknown) => {
    const each = Array.isArray(found)
      ? (found as { address: unknown }[])
      : [{ address: found, family: foundFamily }];
    resolved(
      error,
      each.flatMap(({ address }) => {
        const kind = typeof address === 'string' ? isIP(address) : 0;
        return kind === 0 ? [] : [{ address: address as string, family: kind === 6 ? 6 : 4 }];
      }),
    );
  });
}
