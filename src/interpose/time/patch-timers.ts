import timers from 'node:timers';
import type { Callable } from '../wrap-function.js';
import { ownerOf } from './patch-monotonic.js';
import type { ReplacedProperties } from './replaced-properties.js';
import { ScaledTimers, type TimerFields } from './scaled-timers.js';
import { threadClocks } from './thread-clocks.js';

const { reads, gate } = threadClocks;

/** Those that wait under a changed rate. */
export const scaledTimers = new ScaledTimers();

/**
 * Everything by which a program waits for a time: timers and their promises, and `AbortSignal.timeout`. What the platform
 * itself waits for inside (`socket.setTimeout`, limits of HTTP servers) stays real.
 */
export function patchTimers(properties: ReplacedProperties): void {
  for (const key of ['setTimeout', 'setInterval'] as const) {
    const original = globalThis[key] as unknown;
    properties.method(globalThis, key, key, gate, setTimer);
    const ours: unknown = globalThis[key];
    // One function with two names, as it was.
    properties.value(timers, key, `timers.${key}`, (own) => (own === original ? ours : own));
  }
  // Loaded when it is needed, which is rarely.
  const timersPromises = process.getBuiltinModule('node:timers/promises');
  const withDelay = (index: number) => (original: Callable) => (thisArg: unknown, args: unknown[]) =>
    Reflect.apply(original, thisArg, scaledAt(index, args));
  properties.method(timersPromises, 'setTimeout', 'timers/promises.setTimeout', gate, withDelay(0));
  properties.method(timersPromises, 'setInterval', 'timers/promises.setInterval', gate, setAsyncInterval);
  const { scheduler } = timersPromises;
  properties.method(ownerOf(scheduler, 'wait'), 'wait', 'scheduler.wait', gate, withDelay(0));
  properties.method(AbortSignal, 'timeout', 'AbortSignal.timeout', gate, withWholeDelay);
}

function setTimer(original: Callable) {
  return (thisArg: unknown, args: unknown[]): unknown => {
    reads.timers += 1;
    const delay = scaledTimers.delayOf(args[1]);
    if (delay === null) return Reflect.apply(original, thisArg, args);
    const timer = Reflect.apply(original, thisArg, args.with(1, delay.realMs));
    scaledTimers.remember(timer as TimerFields, delay.askedMs);
    return timer;
  };
}

function scaledAt(index: number, args: unknown[]): unknown[] {
  reads.timers += 1;
  const delay = typeof args[index] === 'number' ? scaledTimers.delayOf(args[index]) : null;
  return delay === null ? args : args.with(index, delay.realMs);
}

/** The platform refuses fractions there. */
function withWholeDelay(original: Callable) {
  return (thisArg: unknown, args: unknown[]): unknown => {
    const scaled = scaledAt(0, args);
    return Reflect.apply(original, thisArg, scaled === args ? args : [Math.ceil(Number(scaled[0]))]);
  };
}

/** The platform's iterator cannot be told another period, so that a new one takes over when the rate has changed. */
function setAsyncInterval(original: Callable) {
  return (thisArg: unknown, args: unknown[]): unknown => follow(original, thisArg, args);
}

async function* follow(original: Callable, thisArg: unknown, args: unknown[]): AsyncGenerator {
  for (;;) {
    const rate = threadClocks.timersRate;
    const ticks = Reflect.apply(original, thisArg, scaledAt(0, args)) as AsyncIterable<unknown>;
    for await (const value of ticks) {
      yield value;
      if (threadClocks.timersRate !== rate) break;
    }
  }
}
