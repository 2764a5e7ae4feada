import { constants } from 'node:os';
import type { ConnectFailure, DialRequest } from '../model/dialer.js';

/** The failures in an error of `connect`: several when several addresses were tried. */
export function failuresOf(error: unknown): readonly ConnectFailure[] {
  if (error instanceof AggregateError) return error.errors.flatMap(failuresOf);
  const { message, code, errno, syscall, address, port } = error as NodeJS.ErrnoException &
    Partial<ConnectFailure>;
  return [
    {
      message,
      code: code ?? 'ECONNREFUSED',
      errno: errno ?? -constants.errno.ECONNREFUSED,
      syscall: syscall ?? 'connect',
      ...(address !== undefined && { address }),
      ...(port !== undefined && { port }),
    },
  ];
}

/** The error of a connect to ports where nobody listens. */
export function refusalOf({ addresses, port }: DialRequest): Error {
  const refusals = addresses.map(({ address }) =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}:${port}`), {
      errno: -constants.errno.ECONNREFUSED,
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address,
      port,
    }),
  );
  return refusals.length === 1 && refusals[0] !== undefined ? refusals[0] : new AggregateError(refusals);
}
