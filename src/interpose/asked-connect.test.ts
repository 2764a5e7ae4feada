import { expect, test } from 'vitest';
import { askedConnect } from './asked-connect.js';

const listener = () => {};

test.each<[string, unknown[], string]>([
  ['a port', [80], 'localhost:80'],
  ['a port as text', ['80'], 'localhost:80'],
  ['a port and a host', [80, 'shop.test'], 'shop.test:80'],
  ['a port and a listener', [80, listener], 'localhost:80 with listener'],
  ['a port, a host and a listener', [80, 'shop.test', listener], 'shop.test:80 with listener'],
  ['options', [{ port: 80, host: '::1' }], '::1:80'],
  ['options and a listener', [{ port: 80 }, listener], 'localhost:80 with listener'],
  ['what net.connect passes on', [[{ port: 80, host: 'shop.test' }, listener]], 'shop.test:80 with listener'],
  ['what net.connect passes on without a listener', [[{ port: 80 }, null]], 'localhost:80'],
  [
    'nulls for what is not wanted',
    [{ port: 80, host: null, path: null, localAddress: null }],
    'localhost:80',
  ],
  ['a Unix path', ['/run/shop.sock'], 'left alone'],
  ['a Unix path in options', [{ path: '/run/shop.sock', port: 80 }], 'left alone'],
  ['port 0', [0], 'left alone'],
  ['a port too high', [{ port: 65_536 }], 'left alone'],
  ['a broken port', [{ port: 80.5 }], 'left alone'],
  ['a host that is no text', [{ port: 80, host: 5 }], 'left alone'],
  ['a local address that is none', [{ port: 80, localAddress: 'here' }], 'left alone'],
  ['a lookup that is none', [{ port: 80, lookup: 'dns' }], 'left alone'],
  ['nothing', [], 'left alone'],
])('%s', (_name, args, expected) => {
  const asked = askedConnect(args);
  const listening = asked?.callback === undefined ? '' : ' with listener';
  expect(asked === null ? 'left alone' : `${asked.host}:${asked.port}${listening}`).toBe(expected);
});
