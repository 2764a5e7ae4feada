import { AsyncResource } from 'node:async_hooks';
import { ChildProcess } from 'node:child_process';
import { Agent } from 'node:http';
import { Server } from 'node:net';
import { Stream } from 'node:stream';
import { types } from 'node:util';
import { Worker } from 'node:worker_threads';

let prototypes: ReadonlySet<object> | undefined;

/**
 * True for sockets, servers, streams, timers, responses, signals and other objects of the platform, of whatever subclass:
 * what they hold is no data of the program, and Node itself may fail on it.
 *
 * @param value - no proxy
 */
export function isOfPlatform(value: object): boolean {
  if (value === process || value === globalThis || types.isExternal(value) || types.isPromise(value))
    return true;
  prototypes ??= learnPrototypes();
  for (let at: object | null = value; at !== null && !types.isProxy(at); at = Reflect.getPrototypeOf(at)) {
    if (prototypes.has(at)) return true;
    // Classes of the web name themselves so; Map and Set do too.
    if (at !== value && Object.hasOwn(at, Symbol.toStringTag) && !isCollection(value)) return true;
  }
  return false;
}

function isCollection(value: object): boolean {
  return types.isMap(value) || types.isSet(value) || ArrayBuffer.isView(value);
}

function learnPrototypes(): ReadonlySet<object> {
  const classes = [Stream, Server, Agent, ChildProcess, Worker, AsyncResource];
  const timers = [setTimeout(() => undefined, 0), setImmediate(() => undefined)] as const;
  clearTimeout(timers[0]);
  clearImmediate(timers[1]);
  return new Set([
    ...classes.map(({ prototype }) => prototype as object),
    ...timers.map((timer) => Reflect.getPrototypeOf(timer) as object),
  ]);
}
