import { expect, test } from 'vitest';
import { addressTarget } from './address-target.js';

test('one address or several, as the kernel writes them', () => {
  expect(addressTarget({ name: 'db', address: '10.0.0.5:5432' })).toEqual({
    kind: 'address',
    name: 'db',
    addresses: [{ host: '10.0.0.5', port: 5_432 }],
  });
  const { addresses } = addressTarget({ name: 'db', address: ['[FD00:0::05]:1', '127.0.0.1:65535'] });
  expect(addresses).toEqual([
    { host: 'fd00::5', port: 1 },
    { host: '127.0.0.1', port: 65_535 },
  ]);
});

test.each(['db:5432', 'localhost:5432', '10.0.0.5', '10.0.0.5:0', '10.0.0.256:1', 'fd00::5:1', ''])(
  'refuses %j',
  (address) => {
    expect(() => addressTarget({ name: 'db', address })).toThrow(
      'expected the address of db as IP:port, got',
    );
  },
);

test('refuses none', () => {
  expect(() => addressTarget({ name: 'db', address: [] })).toThrow('expected at least one address of db');
});
