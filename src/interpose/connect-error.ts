import type { ConnectFailure } from '../model/dialer.js';

/** The error that a socket emits for failed connects: same class, fields and order of fields as the platform's. */
export function connectError(failures: readonly ConnectFailure[]): Error {
  const errors = failures.map(({ message, errno, code, syscall, address, port }) =>
    Object.assign(new Error(message), {
      errno,
      code,
      syscall,
      ...(address !== undefined && { address }),
      ...(port !== undefined && { port }),
    }),
  );
  const [first, second] = errors;
  if (first !== undefined && second === undefined) return first;
  return Object.assign(new AggregateError(errors), { code: first?.code ?? 'ECONNREFUSED' });
}
