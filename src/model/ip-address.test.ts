import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIpAddress } from './ip-address.js';

test.each([
  ['10.0.0.5', { bits: 32, value: 0x0a000005n }],
  ['::1', { bits: 128, value: 1n }],
  ['fd00::7', { bits: 128, value: (0xfd00n << 112n) | 7n }],
  ['::ffff:10.0.0.5', { bits: 128, value: 0xffff0a000005n }],
  ['::', { bits: 128, value: 0n }],
  ['1:2:3:4:5:6:7:8', { bits: 128, value: 0x00010002000300040005000600070008n }],
  ['256.0.0.1', null],
  ['10.0.0', null],
  ['01.2.3.4', null],
  ['1::2::3', null],
  ['1:2:3', null],
  ['1:2:3:4:5:6:7:8:9', null],
  ['12345::', null],
  [':1', null],
  ['db.internal', null],
])('%s', (text, address) => {
  expect(parseIpAddress(text)).toEqual(address);
});

test('takes what the platform takes for an address, and nothing else', () => {
  const part = fc.constantFrom('', '0', '1', '01', 'ff', 'fffff', '10', '255', '256', '1.2.3.4', 'g');
  const text = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 9 }), fc.constantFrom(':', '.'))
    .map(([parts, by]) => parts.join(by));
  fc.assert(
    fc.property(fc.oneof(text, fc.ipV4(), fc.ipV6()), (address) => {
      const family = { 32: 4, 128: 6 } as const;
      const parsed = parseIpAddress(address);
      expect(parsed === null ? 0 : family[parsed.bits]).toBe(isIP(address));
    }),
    { numRuns: 2_000 },
  );
});
