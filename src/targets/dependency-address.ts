import { ChaosError } from '../model/chaos-error.js';
import type { Address } from '../model/network.js';
import { formatAddress, isPort, parseAddress } from './parse-address.js';

/** The one plain-TCP address in a variable's value. */
export interface DependencyAddress {
  readonly upstream: Address;
  /** The value with only host and port changed: credentials, path and query stay byte for byte. */
  rewrite(to: Address): string;
}

const defaultPorts: Readonly<Record<string, number>> = {
  amqp: 5672,
  http: 80,
  ldap: 389,
  mariadb: 3306,
  memcached: 11_211,
  mongodb: 27_017,
  mqtt: 1883,
  mysql: 3306,
  nats: 4222,
  postgres: 5432,
  postgresql: 5432,
  redis: 6379,
  smtp: 25,
  valkey: 6379,
  ws: 80,
};

const tlsSchemes = new Set([
  'amqps',
  'ftps',
  'grpcs',
  'https',
  'ldaps',
  'mqtts',
  'mysqls',
  'postgress',
  'rediss',
  'smtps',
  'ssl',
  'tls',
  'valkeys',
  'wss',
]);

/** Options in a query by which drivers turn TLS on. */
const tlsOption =
  /[?&](?:sslmode=(?:require|verify-ca|verify-full)|ssl-?mode=(?:required|verify_\w+)|(?:ssl|tls)=(?:true|1))(?=&|#|$)/i;
/** libpq takes these before what the authority says. */
const hostOption = /[?&](?:host|hostaddr|port)=/i;

/**
 * Finds the address in the value of a variable that names a dependency: `host:port`, or a URL of one host, whose
 * scheme gives the port where it has none.
 *
 * @param variable - the variable's name, for messages; its value is never shown, it may hold a password
 * @throws ChaosError INVALID_INPUT for TLS schemes and options, several hosts, `+srv` URLs, Unix sockets, and for a
 *   host without a port that can be known
 * @example
 * ```ts
 * const { upstream, rewrite } = dependencyAddress('DB', 'postgres://u:pw@db/shop'); // { host: 'db', port: 5432 }
 * rewrite({ host: '127.0.0.1', port: 4001 }); // 'postgres://u:pw@127.0.0.1:4001/shop'
 * ```
 */
export function dependencyAddress(variable: string, value: string): DependencyAddress {
  const refuse = (got: string, hint: string) =>
    new ChaosError('INVALID_INPUT', `expected one plain TCP address in ${variable}, got ${got}`, { hint });

  const schemeText = /^[a-z][a-z0-9+.-]*:\/\//i.exec(value)?.[0] ?? '';
  const scheme = schemeText.slice(0, -3).toLowerCase();
  // Authority, as RFC 3986 has it: up to the first slash, question mark or hash; user information up to the last @.
  const authorityEnd = value.slice(schemeText.length).search(/[/?#]|$/) + schemeText.length;
  const authority = value.slice(schemeText.length, authorityEnd);
  const hostStart = schemeText.length + authority.lastIndexOf('@') + 1;
  const place = value.slice(hostStart, authorityEnd);
  const rest = value.slice(authorityEnd);

  if (scheme.endsWith('+srv') || /(?:^|\.)_\w+\._tcp\./.test(place)) {
    throw refuse('an address that is looked up by SRV records', 'give the host and port of one server');
  }
  if (tlsSchemes.has(scheme) || scheme.endsWith('+tls') || scheme.endsWith('+ssl')) {
    throw refuse(`the TLS scheme ${scheme}`, tlsHint);
  }
  if (tlsOption.test(rest)) throw refuse('a URL that asks for TLS', tlsHint);
  if (place.includes(',')) throw refuse('several hosts', 'give one of them, or one variable for each');
  if (
    scheme === 'unix' ||
    scheme === 'file' ||
    /%2f/i.test(place) ||
    (place === '' && rest.startsWith('/'))
  ) {
    throw refuse('a Unix socket or a file', 'network faults need a host and a port');
  }
  if (scheme.startsWith('postgres') && hostOption.test(rest)) {
    throw refuse('a URL whose query names another host or port', 'put host and port before the path');
  }
  if (place === '') throw refuse('no host', 'give host:port, or a URL with a host');

  const hasPort = /:\d+$/.test(place) && (place.startsWith('[') ? /\]:\d+$/.test(place) : true);
  const defaultPort = defaultPorts[scheme];
  if (!hasPort && scheme === '') throw refuse('a host without a port', 'write host:port');
  if (!hasPort && defaultPort === undefined) {
    throw refuse(`a URL without a port, and ${scheme} has no known one`, 'write the port into the URL');
  }
  // 'redis://host:/0' is a URL with an empty port, which means the default.
  const upstream = parseAddress(hasPort ? place : `${place.replace(/:$/, '')}:${defaultPort ?? 0}`);
  if (upstream === null || !isPort(upstream.port)) {
    const many = /:.*:/.test(place) && !place.startsWith('[');
    throw refuse(
      many ? 'an IPv6 address without brackets, or more than one port' : 'none that can be read',
      'write host:port, [::1]:port, or a URL with one of these',
    );
  }
  return {
    upstream,
    rewrite: (to) => `${value.slice(0, hostStart)}${formatAddress(to)}${rest}`,
  };
}

const tlsHint =
  'chaosx cannot stand between the two ends of TLS by an address: use a plain port for the experiment, or test from inside the process';
