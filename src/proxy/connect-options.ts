import { isIP, type TcpNetConnectOpts } from 'node:net';
import type { DialRequest } from '../model/dialer.js';

/** Options of `connect` that try the addresses of a request as the platform would, without asking a name server. */
export function connectOptions({
  addresses,
  port,
  attemptTimeoutMs,
  peer: _peer,
  ...local
}: DialRequest): TcpNetConnectOpts {
  const [first] = addresses;
  if (addresses.length === 1 && first !== undefined && isIP(first.address) !== 0) {
    return { ...local, host: first.address, port, family: first.family };
  }
  return {
    ...local,
    // Any name will do: it is resolved to what the request says.
    host: 'resolved',
    port,
    autoSelectFamily: true,
    ...(attemptTimeoutMs !== undefined && { autoSelectFamilyAttemptTimeout: attemptTimeoutMs }),
    lookup: (_name, _options, callback) => callback(null, [...addresses]),
  };
}
