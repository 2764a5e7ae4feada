import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { calledFrom } from '../called-from.js';
import type { CallSite } from '../find-call-sites.js';
import type { PlatformCall } from '../platform-call.js';
import { postponePromise } from './postpone.js';
import { postponeImmediate, postponeTimeout, timerLane } from './postpone-timer.js';

/** What only calls that can be failed or slowed have: timers can be postponed alone. */
const cannot = (): never => {
  throw new Error('timers can only be postponed');
};

/** The timers of programs, in all their forms. Intervals are left alone: nothing is chosen between their ticks. */
export function timerSites(): readonly CallSite[] {
  const cleared = new WeakSet<object>();
  const site = (holder: object, key: string, method: string, postponed: Partial<PlatformCall>): CallSite => ({
    name: `timers.${method}`,
    component: 'timers',
    method,
    holder,
    key,
    platform: {
      subjectOf: ([callback]) =>
        typeof callback === 'function' ? { caller: () => calledFrom(Reflect.get(holder, key)) } : null,
      enclose: (makeCall) => makeCall(),
      changed: syncBuiltinESMExports,
      fail: cannot,
      slow: cannot,
      isOrdered: () => true,
      ...postponed,
    },
  });
  const promised = (key: 'setTimeout' | 'setImmediate', lane: (args: readonly unknown[]) => string) =>
    site(timersPromises, key, key, {
      subjectOf: () => ({ caller: () => calledFrom(timersPromises[key]) }),
      postpone: (call, hold) =>
        postponePromise(call, hold, { starts: 'now', answers: { inOrderOf: lane(call.args) } }),
    });
  return [
    ...[globalThis, timers].flatMap((holder) => [
      site(holder, 'setTimeout', 'setTimeout', { postpone: postponeTimeout }),
      site(holder, 'setImmediate', 'setImmediate', {
        postpone: (call, hold) => postponeImmediate(call, hold, (immediate) => cleared.has(immediate)),
      }),
      // Looked at, never chosen: the platform lets go of what it has run, we may still hold it.
      site(holder, 'clearImmediate', 'setImmediate', {
        subjectOf([immediate]) {
          if (typeof immediate === 'object' && immediate !== null) cleared.add(immediate);
          return null;
        },
        postpone: cannot,
      }),
    ]),
    promised('setTimeout', ([durationMs]) => timerLane(durationMs)),
    promised('setImmediate', () => 'immediates'),
  ];
}
