import { isIP, type TcpNetConnectOpts } from 'node:net';

/** A TCP connect as it was asked for, in one of the forms that `net.Socket.connect` takes. */
export interface AskedConnect {
  readonly options: TcpNetConnectOpts;
  readonly callback: (() => void) | undefined;
  readonly host: string;
  readonly port: number;
}

/** Options as programs really give them: null for what is not wanted, too. */
type Loose = { readonly [K in keyof TcpNetConnectOpts]: unknown };

/**
 * Reads the arguments of `net.Socket.connect`.
 *
 * @returns null for what is no TCP connect, or none that would be tried: Unix paths, port 0, and whatever the
 *   platform refuses with an error of its own
 */
export function askedConnect(args: readonly unknown[]): AskedConnect | null {
  // `net.connect` passes its own arguments on as one array, read already.
  const [first, ...others]: readonly unknown[] = Array.isArray(args[0]) ? args[0] : args;
  const callback = others.findLast((other) => typeof other === 'function') as (() => void) | undefined;
  const options = optionsOf(first, others[0]);
  if (options === null || options.path) return null;
  const { host, localAddress, localPort, lookup, autoSelectFamily } = options as Loose;
  const port = portOf(options.port);
  if (port === null || typeof (host || '') !== 'string') return null;
  if (localAddress && (typeof localAddress !== 'string' || isIP(localAddress) === 0)) return null;
  if (localPort && typeof localPort !== 'number') return null;
  if (lookup !== undefined && lookup !== null && typeof lookup !== 'function') return null;
  if (typeof (autoSelectFamily ?? true) !== 'boolean') return null;
  return { options, callback, host: (host as string) || 'localhost', port };
}

function optionsOf(
  first: unknown,
  second: unknown,
): (TcpNetConnectOpts & { readonly path?: unknown }) | null {
  if (typeof first === 'object') return first as TcpNetConnectOpts | null;
  const port = portOf(first);
  if (port === null) return null;
  return typeof second === 'string' ? { port, host: second } : { port };
}

function portOf(port: unknown): number | null {
  if (typeof port !== 'number' && (typeof port !== 'string' || port.trim() === '')) return null;
  const number = Number(port);
  return Number.isInteger(number) && number > 0 && number < 65_536 ? number : null;
}
