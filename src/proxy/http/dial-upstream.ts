import { Socket } from 'node:net';
import { splitAddress, unixAddress } from '../listen-address.js';
import type { End } from './end.js';
import { originated, type UpstreamTls } from './tls-ends.js';

export interface Dial {
  readonly end: End;
  /** The side of the upstream can be used; false when it cannot be reached. */
  readonly isReached: Promise<boolean>;
}

/**
 * Dials an upstream, by TLS where that is asked for.
 *
 * @param address - `host:port` or `unix:/path`
 * @param onFailed - not for a dial that we gave up ourselves because its client went away
 */
export function dialUpstream(
  address: string,
  tls: UpstreamTls | undefined,
  timeoutMs: number,
  onFailed: (error: Error) => void,
): Dial {
  const raw = new Socket({ allowHalfOpen: true });
  raw.setNoDelay(true);
  raw.on('error', ignore);
  const unix = unixAddress(address);
  const { host, port } = unix === null ? splitAddress(address) : { host: 'localhost', port: 0 };
  const name = host === '' ? 'localhost' : host;
  raw.connect(unix ?? { host: name, port });
  const end: End = tls === undefined ? { stream: raw, raw } : originated(raw, name, tls);
  const { stream } = end;
  stream.on('error', ignore);
  const giveUp = setTimeout(() => {
    stream.destroy(new Error(`dial tcp ${address}: no answer in ${timeoutMs} ms`));
  }, timeoutMs);
  const isReached = new Promise<boolean>((resolve) => {
    stream.once(tls === undefined ? 'connect' : 'secureConnect', () => resolve(true));
    stream.once('close', () => resolve(false));
  });
  void isReached.then((isIt) => {
    clearTimeout(giveUp);
    const error = stream.errored ?? raw.errored;
    if (!isIt && error !== null) onFailed(error);
  });
  return { end, isReached };
}

function ignore(): void {
  // Learnt from the end of the stream; here it only must not be unheard.
}
