/**
 * The AbortSignal that a call was given: an argument, or `signal` in an options object; the first one found.
 * Only own data properties, and a Request's signal, are read, so that looking changes nothing.
 */
export function signalAmong(args: readonly unknown[]): AbortSignal | null {
  for (const arg of args) {
    if (arg instanceof AbortSignal) return arg;
    if (arg instanceof Request) return arg.signal;
    if (typeof arg !== 'object' || arg === null) continue;
    const signal: unknown = Reflect.getOwnPropertyDescriptor(arg, 'signal')?.value;
    if (signal instanceof AbortSignal) return signal;
  }
  return null;
}
