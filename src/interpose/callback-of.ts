export type Callback = (...answer: readonly unknown[]) => void;

/** The callback that a call was given as its last argument; null when it lacks the one that the platform asks for. */
export function callbackOf(args: readonly unknown[]): Callback | null {
  const last = args.at(-1);
  return typeof last === 'function' ? (last as Callback) : null;
}
