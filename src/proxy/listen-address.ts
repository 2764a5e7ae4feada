import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Address } from '../model/network.js';

/** What does not work about an address, said as Toxiproxy says it: its clients' tests compare the text. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/** A Unix socket in the file system. */
export interface UnixAddress {
  readonly path: string;
}

/** The longest path that the platform takes. Node cuts longer ones short and says nothing. */
const mostPathBytes = process.platform === 'linux' ? 107 : 103;

/**
 * The path of `unix:/path`; null for any other text.
 *
 * @throws AddressError when it is too long
 */
export function unixAddress(text: string): UnixAddress | null {
  if (!text.startsWith('unix:/')) return null;
  const path = text.slice('unix:'.length);
  if (Buffer.byteLength(path) <= mostPathBytes) return { path };
  throw new AddressError(`address ${text}: the path of a Unix socket may have ${mostPathBytes} bytes`);
}

/**
 * The host and port of `host:port`, `[v6]:port` or `:port`.
 *
 * @throws AddressError
 */
export function splitAddress(text: string): Address {
  const colon = text.lastIndexOf(':');
  if (colon < 0) throw new AddressError(`address ${text}: missing port in address`);
  const [hostText, portText] = [text.slice(0, colon), text.slice(colon + 1)];
  const isBracketed = hostText.startsWith('[') && hostText.endsWith(']');
  if (hostText.endsWith(':') || (hostText.includes(':') && !isBracketed)) {
    throw new AddressError(`address ${text}: too many colons in address`);
  }
  const host = isBracketed ? hostText.slice(1, -1) : hostText;
  if (!/^\d*$/.test(portText)) throw new AddressError(`lookup tcp/${portText}: unknown port`);
  if (Number(portText) > 65_535) throw new AddressError(`address ${portText}: invalid port`);
  return { host, port: Number(portText) };
}

/**
 * Where a text says to listen: `host:port`, or `unix:/path`. Names become addresses, of IPv4 where they have one; no
 * host, and `0.0.0.0`, mean all addresses of both kinds.
 *
 * @throws AddressError
 */
export async function resolveListen(text: string): Promise<Address | UnixAddress> {
  const unix = unixAddress(text);
  if (unix !== null) return unix;
  const { host, port } = text === '' ? { host: '', port: 0 } : splitAddress(text);
  if (host === '' || host === '0.0.0.0' || host === '::') return { host: '::', port };
  if (isIP(host) !== 0) return { host, port };
  try {
    const addresses = await lookup(host, { all: true });
    const found = addresses.find(({ family }) => family === 4) ?? addresses[0];
    if (found !== undefined) return { host: found.address, port };
  } catch {
    // Said below.
  }
  throw new AddressError(`lookup ${host}: no such host`);
}

/** The text of an address, as `resolveListen` takes it: IPv6 hosts in brackets. */
export function addressText(address: Address | UnixAddress): string {
  if ('path' in address) return `unix:${address.path}`;
  const { host, port } = address;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const systemTexts: Readonly<Record<string, string>> = {
  EADDRINUSE: 'bind: address already in use',
  EACCES: 'bind: permission denied',
  EADDRNOTAVAIL: 'bind: cannot assign requested address',
};

/** Why listening failed. */
export function listenError(error: unknown, address: Address | UnixAddress): AddressError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new AddressError(`listen tcp ${addressText(address)}: ${systemTexts[code] ?? message}`);
}
