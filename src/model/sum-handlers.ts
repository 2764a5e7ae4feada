import type { HandlerCount, HandlerPlace } from './handler.js';

/** The same handlers of several processes and threads, or moments, as one each, in the order of their coming. */
export function sumHandlers(handlers: Iterable<HandlerCount>): HandlerCount[] {
  const sums = new Map<string, HandlerCount>();
  for (const one of handlers) {
    const key = handlerKey(one);
    const known = sums.get(key);
    sums.set(
      key,
      known === undefined
        ? one
        : {
            ...known,
            told: known.told || one.told,
            ran: known.ran + one.ran,
            swallowed: known.swallowed + one.swallowed,
            injected: known.injected + one.injected,
          },
    );
  }
  return [...sums.values()];
}

/** Names a handler: the same in every process of the target. */
export function handlerKey({ file, line, column, kind }: HandlerPlace): string {
  return `${file}:${line}:${column} ${kind}`;
}
