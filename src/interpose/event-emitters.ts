import { types } from 'node:util';
import type { CallSite } from './find-call-sites.js';
import type { MessageCall } from './message-call.js';

/** The site as one of messages when it is the `emit` of an event emitter; null for any other. */
export function asEmitSite(site: CallSite): CallSite | null {
  return site.key === 'emit' && hasListeners(site.holder) ? { ...site, message: emitted } : null;
}

/** Events of emitters themselves, and errors, which are no data. */
const ownEvents: ReadonlySet<unknown> = new Set(['newListener', 'removeListener', 'error']);

const emitted: MessageCall = {
  dataAt: ([event, ...data]) =>
    data.length === 0 || ownEvents.has(event) ? null : data.map((_, i) => i + 1),
};

/** Looks for `on` as a property read would, without calling getters or traps. */
function hasListeners(holder: object): boolean {
  for (let at: object | null = holder; at !== null; at = Reflect.getPrototypeOf(at)) {
    if (types.isProxy(at)) return false;
    const descriptor = Reflect.getOwnPropertyDescriptor(at, 'on');
    if (descriptor !== undefined) return typeof descriptor.value === 'function';
  }
  return false;
}
