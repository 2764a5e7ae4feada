import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { systemClock } from '../../src/model/system-clock.js';
import { feltMs, isSlowOrBroken } from './feels.js';
import type { NamedSubject } from './keeps-contract.js';
import { onPlatform } from './on-platform.js';

/** Requests and connections of this process, through `fetch`, `http` and `net`. */
export const platformHttpSubjects: readonly NamedSubject[] = [
  ['exceptions of fetch', onPlatform('fetch', {}, askedByFetch)],
  ['exceptions of fetch after', onPlatform('fetch', { moment: 'after' }, askedByFetch)],
  ['exceptions of http', onPlatform('http.request', {}, isSlowOrBroken)],
  ['exceptions of http after', onPlatform('http.request', { moment: 'after' }, isSlowOrBroken)],
  ['exceptions of net', onPlatform('net.connect', {}, askedBySocket)],
  ['exceptions of net after', onPlatform('net.connect', { moment: 'after' }, askedBySocket)],
  ['exceptions of all calls of the platform', onPlatform('*', {}, askedByFetch)],
  ['slow fetch', onPlatform('fetch', { delayMs: 700 }, isSlowFetch, 'slow_method')],
  ['slow http', onPlatform('http.request', { delayMs: 700 }, isSlowOrBroken, 'slow_method')],
  ['slow net', onPlatform('net.connect', { delayMs: 700 }, isSlowOrBroken, 'slow_method')],
  ...(['before', 'after'] as const).flatMap(
    (moment) =>
      [
        [
          `answers to fetch ${moment}`,
          onPlatform(
            'fetch',
            { moment },
            async (port) => (await fetch(at(port))).status === 503,
            'http_error',
          ),
        ],
        [
          `answers to http ${moment}`,
          onPlatform(
            'http.request',
            { moment },
            async (port) => (await statusOf(port)) === 503,
            'http_error',
          ),
        ],
      ] as const,
  ),
];

const at = (port: number) => `http://127.0.0.1:${port}/`;

async function isSlowFetch(port: number): Promise<boolean> {
  const from = systemClock.nowMs();
  await (await fetch(at(port))).text();
  return systemClock.nowMs() - from > feltMs;
}

async function statusOf(port: number): Promise<number | undefined> {
  const [response] = (await once(http.get(at(port)), 'response')) as [http.IncomingMessage];
  response.resume();
  return response.statusCode;
}

async function askedByFetch(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    (answer) => answer.text().then(() => false),
    () => true,
  );
}

async function askedBySocket(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  const failed = await once(socket, 'connect').then(
    () => false,
    () => true,
  );
  socket.destroy();
  return failed;
}
