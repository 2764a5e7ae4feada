import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isChaosError } from '../model/chaos-error.js';
import { dependencyAddress } from './dependency-address.js';

const proxy = { host: '127.0.0.1', port: 9 };

test.each([
  ['localhost:5432', 'localhost:5432', '127.0.0.1:9'],
  ['10.0.0.5:80', '10.0.0.5:80', '127.0.0.1:9'],
  ['[::1]:6379', '::1:6379', '127.0.0.1:9'],
  ['[fe80::1%eth0]:6379', 'fe80::1%eth0:6379', '127.0.0.1:9'],
  ['cache:11211/x?y', 'cache:11211', '127.0.0.1:9/x?y'],
  ['http://inventory', 'inventory:80', 'http://127.0.0.1:9'],
  ['http://inventory/', 'inventory:80', 'http://127.0.0.1:9/'],
  ['HTTP://Inventory:4000', 'Inventory:4000', 'HTTP://127.0.0.1:9'],
  ['http://inventory:4000/v1/a?b=c:1&d=@e#f', 'inventory:4000', 'http://127.0.0.1:9/v1/a?b=c:1&d=@e#f'],
  ['http://inventory?q=1', 'inventory:80', 'http://127.0.0.1:9?q=1'],
  ['http://[::1]/a', '::1:80', 'http://127.0.0.1:9/a'],
  ['http://[::1]:4000/a', '::1:4000', 'http://127.0.0.1:9/a'],
  ['postgres://user:pw@h/db', 'h:5432', 'postgres://user:pw@127.0.0.1:9/db'],
  [
    'postgresql://user:p%40w@h:6000/db?sslmode=disable',
    'h:6000',
    'postgresql://user:p%40w@127.0.0.1:9/db?sslmode=disable',
  ],
  ['postgres://user:p@w@h/db', 'h:5432', 'postgres://user:p@w@127.0.0.1:9/db'],
  ['redis://h', 'h:6379', 'redis://127.0.0.1:9'],
  ['redis://:secret@h/0', 'h:6379', 'redis://:secret@127.0.0.1:9/0'],
  ['redis://h:/0', 'h:6379', 'redis://127.0.0.1:9/0'],
  ['amqp://guest:guest@mq/%2f', 'mq:5672', 'amqp://guest:guest@127.0.0.1:9/%2f'],
  ['mysql://root@db/shop', 'db:3306', 'mysql://root@127.0.0.1:9/shop'],
  ['mongodb://u:p@one/db?retryWrites=false', 'one:27017', 'mongodb://u:p@127.0.0.1:9/db?retryWrites=false'],
  ['thing://h:1234/x', 'h:1234', 'thing://127.0.0.1:9/x'],
])('%s', (value, upstream, rewritten) => {
  const address = dependencyAddress('DEP', value);
  expect(`${address.upstream.host}:${address.upstream.port}`).toBe(upstream);
  expect(address.rewrite(proxy)).toBe(rewritten);
});

test('an IPv6 proxy gets its brackets', () => {
  expect(dependencyAddress('DEP', 'redis://h/0').rewrite({ host: '::1', port: 9 })).toBe('redis://[::1]:9/0');
});

test.each([
  ['localhost', 'a host without a port'],
  ['::1:5432', 'an IPv6 address without brackets, or more than one port'],
  ['h:0', 'none that can be read'],
  ['h:65536', 'none that can be read'],
  ['h:http', 'a host without a port'],
  ['', 'no host'],
  ['http://', 'no host'],
  ['thing://h/x', 'a URL without a port, and thing has no known one'],
  ['https://u:secret@h', 'the TLS scheme https'],
  ['rediss://h', 'the TLS scheme rediss'],
  ['amqps://h', 'the TLS scheme amqps'],
  ['wss://h', 'the TLS scheme wss'],
  ['postgres://u:secret@h/db?sslmode=require', 'a URL that asks for TLS'],
  ['postgres://h/db?a=b&sslmode=verify-full', 'a URL that asks for TLS'],
  ['mongodb://h/db?tls=true', 'a URL that asks for TLS'],
  ['mongodb+srv://u:secret@h/db', 'an address that is looked up by SRV records'],
  ['_redis._tcp.example:6379', 'an address that is looked up by SRV records'],
  ['a:1,b:2', 'several hosts'],
  ['mongodb://u:secret@a:1,b:2/db', 'several hosts'],
  ['unix:///var/run/x.sock', 'a Unix socket or a file'],
  ['/var/run/x.sock', 'a Unix socket or a file'],
  ['postgres://%2Fvar%2Frun/db', 'a Unix socket or a file'],
  ['postgres:///db?host=h', 'a Unix socket or a file'],
  ['postgres://h/db?host=other', 'a URL whose query names another host or port'],
  ['host=h port=5432 password=secret', 'a host without a port'],
  ['u:secret@tcp(h:3306)/db', 'a host without a port'],
])('refuses %s', (value, got) => {
  const refused = catchError(() => dependencyAddress('DEP', value));
  expect(refused).toMatchObject({
    code: 'INVALID_INPUT',
    message: `expected one plain TCP address in DEP, got ${got}`,
    hint: expect.any(String),
  });
  expect(JSON.stringify([refused.message, refused.hint])).not.toContain('secret');
});

test('only host and port change, whatever surrounds them', () => {
  const user = fc.stringMatching(/^[a-z0-9:%@!$&'*+;=-]{0,12}$/);
  const rest = fc.stringMatching(/^([/?#][a-z0-9/?#:@%[\]=&-]{0,20})?$/);
  const host = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
  fc.assert(
    fc.property(user, host, fc.integer({ min: 1, max: 65_535 }), rest, (credentials, name, port, after) => {
      const before = credentials === '' ? 'redis://' : `redis://${credentials}@`;
      const address = dependencyAddress('DEP', `${before}${name}:${port}${after}`);
      expect(address.upstream).toEqual({ host: name, port });
      expect(address.rewrite(proxy)).toBe(`${before}127.0.0.1:9${after}`);
    }),
  );
});

test('no text gives anything but an address or INVALID_INPUT', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.ipV6(), fc.domain()), (value) => {
      const port = attempt(() => dependencyAddress('DEP', value).upstream.port);
      expect(port === 'INVALID_INPUT' || (Number(port) >= 1 && Number(port) <= 65_535)).toBe(true);
    }),
  );
});

function attempt<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (isChaosError(error)) return error.code;
    throw error;
  }
}

function catchError(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (isChaosError(error)) return error;
    throw error;
  }
  throw new Error('expected a ChaosError, nothing was thrown');
}
