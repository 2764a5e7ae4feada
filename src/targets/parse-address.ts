import type { Address } from '../model/network.js';

/**
 * `host:port` or `[IPv6]:port`, or null when it is neither: the port is a whole number from 1 to 65535, and an IPv6
 * host needs its brackets.
 */
export function parseAddress(text: string): Address | null {
  const [, bracketed, name, port] =
    /^(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? name;
  if (host === undefined || !isPort(Number(port))) return null;
  return { host, port: Number(port) };
}

/** True for a port that can be connected to. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** `host:port`, IPv6 in brackets: the reverse of `parseAddress`. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
