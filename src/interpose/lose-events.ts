import type { EventEmitter } from 'node:events';

/**
 * Keeps events of one emitter from its listeners.
 *
 * @param lose - called instead of the listeners; false lets this event, and all that come later, through
 */
export function loseEvents(
  emitter: EventEmitter,
  events: readonly (string | symbol)[],
  lose: (event: string | symbol, args: readonly unknown[]) => boolean,
): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the emitter as `this`
  const { emit } = emitter;
  let over = false;
  const losing = function (this: EventEmitter, event: string | symbol, ...args: unknown[]): boolean {
    if (!over && events.includes(event)) {
      if (lose(event, args)) return true;
      over = true;
    }
    return Reflect.apply(emit, this, [event, ...args]);
  };
  Object.defineProperty(emitter, 'emit', { value: losing, writable: true, configurable: true });
}
