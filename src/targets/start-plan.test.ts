import { expect, test } from 'vitest';
import type { StartSpec } from '../model/experiment.js';
import { checkStartSpec } from './check-start-spec.js';
import { planStart } from './start-plan.js';

const spec: StartSpec = {
  name: 'checkout',
  start: 'node server.mjs --name "my shop"',
  env: { PORT: '3000', INVENTORY_URL: 'http://127.0.0.1:4000/v1' },
  ready: { http: 'http://127.0.0.1:3000/health' },
  dependencies: {
    inventory: { env: 'INVENTORY_URL' },
    database: { env: 'DATABASE_URL' },
    mail: { address: 'localhost:25', listen: '127.0.0.1:2525' },
  },
};
const env = { DATABASE_URL: 'postgres://u:secret@db/shop', INVENTORY_URL: 'http://elsewhere' };

test('plans the command, the ready check and where the proxy stands', () => {
  const { dependencies, ...rest } = planStart(spec, env);
  expect(rest).toMatchInlineSnapshot(`
    {
      "command": [
        "node",
        "server.mjs",
        "--name",
        "my shop",
      ],
      "cwd": undefined,
      "name": "checkout",
      "ownNetwork": null,
      "ready": {
        "address": {
          "host": "127.0.0.1",
          "port": 3000,
        },
        "http": "http://127.0.0.1:3000/health",
        "withinMs": 10000,
      },
    }
  `);
  const proxy = { host: '127.0.0.1', port: 9 };
  expect(dependencies.map((plan) => ({ ...plan, variables: plan.variables(proxy) }))).toEqual([
    {
      component: 'inventory',
      upstream: { host: '127.0.0.1', port: 4_000 },
      listen: null,
      // Its own environment goes before that of chaosx.
      variables: { INVENTORY_URL: 'http://127.0.0.1:9/v1' },
    },
    {
      component: 'database',
      upstream: { host: 'db', port: 5_432 },
      listen: null,
      variables: { DATABASE_URL: 'postgres://u:secret@127.0.0.1:9/shop' },
    },
    {
      component: 'mail',
      upstream: { host: 'localhost', port: 25 },
      listen: { host: '127.0.0.1', port: 2_525 },
      variables: {},
    },
  ]);
});

test('a shell is explicit', () => {
  const text = 'node a.mjs | tee log';
  expect(() => planStart({ name: 's', start: text }, {})).toThrow('shell syntax');
  expect(planStart({ name: 's', start: text, shell: true }, {}).command).toEqual(['/bin/sh', '-c', text]);
});

test('the port of a ready URL is known without being written', () => {
  const address = (http: string) => planStart({ name: 's', start: 'x', ready: { http } }, {}).ready?.address;
  expect(address('http://a/health')).toEqual({ host: 'a', port: 80 });
  expect(address('https://a/health')).toEqual({ host: 'a', port: 443 });
  expect(address('http://[::1]:3000')).toEqual({ host: '::1', port: 3_000 });
});

test.each<[string, Partial<StartSpec>, string]>([
  ['an empty command', { start: '' }, 'expected a command'],
  ['an empty list', { start: [] }, 'expected a program to start checkout, got an empty list'],
  [
    'a list for a shell',
    { start: ['a'], shell: true },
    'expected text for a shell as the start command of checkout',
  ],
  [
    'two ready checks',
    { ready: { http: 'http://a', tcp: 'a:1' } },
    'expected one of ready.http and ready.tcp, got both',
  ],
  ['no ready check in it', { ready: {} }, 'expected one of ready.http and ready.tcp, got neither'],
  ['a file to ask', { ready: { http: 'file:///etc' } }, 'expected ready.http to be an http or https URL'],
  ['a port alone', { ready: { tcp: '3000' } }, 'expected ready.tcp to be host:port, got "3000"'],
  [
    'no time',
    { ready: { tcp: 'a:1', within: 0 } },
    'expected ready.within above 0 and up to 10 min, got 0 ms',
  ],
  [
    'a variable that is not set',
    { dependencies: { cache: { env: 'CACHE' } } },
    'expected the address of cache in CACHE, it is not set',
  ],
  [
    'one variable for two',
    { dependencies: { a: { env: 'INVENTORY_URL' }, b: { env: 'INVENTORY_URL' } } },
    'expected each dependency of checkout in a place of its own, got the variable INVENTORY_URL for two',
  ],
  [
    'an open door',
    { dependencies: { a: { address: 'h:1', listen: '0.0.0.0:2' } } },
    'expected a.listen on the loopback interface, got 0.0.0.0:2',
  ],
  [
    'a proxy in front of itself',
    { dependencies: { a: { address: '127.0.0.1:2', listen: '127.0.0.1:2' } } },
    'expected a to listen elsewhere than at its own address, got 127.0.0.1:2 twice',
  ],
  [
    'a fixed address without a port',
    { dependencies: { a: { address: 'h', listen: '127.0.0.1:2' } } },
    'expected a.address to be host:port, got "h"',
  ],
])('refuses %s before anything starts', (_what, changes, message) => {
  expect(() => checkStartSpec({ ...spec, ...changes }, env)).toThrow(message);
});
