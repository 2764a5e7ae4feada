import { matchesPattern } from './component-pattern.js';
import { type IpAddress, parseIpAddress } from './ip-address.js';
import type { Peer } from './peer.js';

/** `host`, `host:port`, an IP address or a network such as `10.0.0.0/8`; names may hold `*`, IPv6 with a port has brackets. */
export type PeerPattern = string;

interface Parts {
  readonly host: string;
  /** null: any. */
  readonly port: number | null;
}

/** True when it can be read as a pattern of peers. */
export function isPeerPattern(text: string): boolean {
  return partsOf(text) !== null;
}

/** Tells the peers that a pattern stands for: by the name that was asked for, or by an address that it was resolved to. */
export function matchesPeer(pattern: PeerPattern, { host, port, addresses }: Peer): boolean {
  const parts = partsOf(pattern);
  if (parts === null || (parts.port !== null && parts.port !== port)) return false;
  if (parts.host === '*') return true;
  const network = networkOf(parts.host);
  if (network !== null) return [host, ...addresses].some((name) => network.includes(parseIpAddress(name)));
  return [host, ...addresses].some((name) => matchesPattern(bare(parts.host), bare(name)));
}

/** A peer that a pattern stands for. */
export function samplePeer(pattern: PeerPattern): Peer {
  const { host = pattern, port = null } = partsOf(pattern) ?? {};
  return { host: host.replace(/\/.*$/, ''), port: port ?? 0, addresses: [] };
}

function partsOf(text: string): Parts | null {
  if (networkOf(text) !== null) return { host: text, port: null };
  const [, bracketed, plain, port] = /^(?:\[([^\]\s]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) return null;
  const isPlace = host.includes('/') || bracketed !== undefined;
  if (isPlace && networkOf(host) === null) return null;
  return { host, port: port === undefined ? null : Number(port) };
}

/** The addresses of an IP address or network; null for a name. */
function networkOf(host: string): { readonly includes: (address: IpAddress | null) => boolean } | null {
  const [start = '', length, ...more] = host.split('/');
  const network = parseIpAddress(start);
  if (network === null || more.length > 0) return null;
  const { bits, value } = network;
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || Number(length) > bits)) return null;
  const free = BigInt(bits - Number(length ?? bits));
  return { includes: (address) => address?.bits === bits && address.value >> free === value >> free };
}

/** Names differ neither by case nor by the dot of the root. */
function bare(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
