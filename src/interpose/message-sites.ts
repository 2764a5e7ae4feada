import { ChildProcess } from 'node:child_process';
import { MessagePort } from 'node:worker_threads';
import { types } from 'node:util';
import type { CallSite } from './find-call-sites.js';
import type { MessageCall } from './message-call.js';

/** The names under which messages of the platform are chosen. */
export const messageSiteNames = ['worker_threads.message', 'child_process.message', 'fetch.json'] as const;

/** By this method a port hands each message to its listeners, those of `on` and those of `addEventListener`. */
const dispatch = Symbol.for('nodejs.internal.kHybridDispatch');

/**
 * The functions through which data of other threads, processes and servers reaches this one:
 *
 * - `worker_threads.message`: messages of every MessagePort, so also `parentPort` and `Worker`
 * - `child_process.message`: `message` events of `process` and of child processes
 * - `fetch.json`: what `response.json()` gives of answers that came over the network
 */
export function messageSites(): readonly CallSite[] {
  const emit = { component: 'child_process', method: 'message', name: 'child_process.message' } as const;
  return [
    ...(canDispatch()
      ? [
          {
            name: 'worker_threads.message',
            component: 'worker_threads',
            method: 'message',
            holder: MessagePort.prototype,
            key: dispatch,
            message: portMessage,
          } as const,
        ]
      : []),
    { ...emit, holder: ChildProcess.prototype, key: 'emit', message: processMessage },
    { ...emit, holder: process, key: 'emit', message: processMessage },
    {
      name: 'fetch.json',
      component: 'fetch',
      method: 'json',
      holder: Response.prototype,
      key: 'json',
      message: jsonBody,
    },
  ];
}

/** False for a Node whose insides have changed: then messages of threads are out of reach. */
function canDispatch(): boolean {
  return typeof (MessagePort.prototype as { [dispatch]?: unknown })[dispatch] === 'function';
}

const portMessage: MessageCall = {
  dataAt: ([data, type]) => (type === 'message' && isOfTheProgram(data) ? [0] : null),
};

const processMessage: MessageCall = {
  dataAt: ([event]) => (event === 'message' ? [1] : null),
};

const jsonBody: MessageCall = {
  dataAt: (_args, thisArg) => (thisArg instanceof Response && thisArg.url !== '' ? 'answer' : null),
};

/**
 * Types of the messages by which Node itself starts, pipes and ends its workers, over ports of the same kind; and of the one
 * by which a thread of chaosx says that it watches.
 */
const notOfTheProgram: ReadonlySet<unknown> = new Set([
  'chaosxWatching',
  'upAndRunning',
  'couldNotSerializeError',
  'errorMessage',
  'stdioPayload',
  'stdioWantsMoreData',
  'loadScript',
]);

function isOfTheProgram(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || types.isProxy(data)) return true;
  return !notOfTheProgram.has(Reflect.getOwnPropertyDescriptor(data, 'type')?.value);
}
