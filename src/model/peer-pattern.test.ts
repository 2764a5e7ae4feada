import { describe, expect, test } from 'vitest';
import type { Peer } from './peer.js';
import { isPeerPattern, matchesPeer, samplePeer } from './peer-pattern.js';

const database: Peer = { host: 'DB.internal', port: 5432, addresses: ['10.1.2.3', 'fd00::7'] };

test.each([
  ['db.internal', true],
  ['db.internal.', true],
  ['db.internal:5432', true],
  ['db.internal:5433', false],
  ['internal', false],
  ['*.internal', true],
  ['*:5432', true],
  ['*', true],
  ['10.1.2.3', true],
  ['10.1.2.3:5432', true],
  ['10.1.2.3:80', false],
  ['10.1.2.4', false],
  ['10.0.0.0/8', true],
  ['10.0.0.0/8:5432', true],
  ['11.0.0.0/8', false],
  ['fd00::7', true],
  ['fd00:0:0::7', true],
  ['[fd00::7]:5432', true],
  ['[fd00::7]:80', false],
  ['fd00::/8', true],
  ['cache.internal', false],
])('%s matches the database: %s', (pattern, matches) => {
  expect(isPeerPattern(pattern)).toBe(true);
  expect(matchesPeer(pattern, database)).toBe(matches);
});

test('an address that was asked for needs no resolving', () => {
  const peer = { host: '127.0.0.1', port: 80, addresses: [] };
  expect([matchesPeer('127.0.0.1:80', peer), matchesPeer('127.0.0.0/8', peer)]).toEqual([true, true]);
});

test.each([
  '',
  'a b',
  'host:0',
  'host:65536',
  'host:http',
  '10.0.0.0/33',
  'name/8',
  '[host]:80',
  ':80',
  '1:2:3',
])('%j is no pattern', (text) => {
  expect(isPeerPattern(text)).toBe(false);
});

describe('a sample peer is one that its pattern stands for', () => {
  test.each(['db.internal:5432', 'db', '*.internal', '*:80', '10.0.0.0/8', '[::1]:80', '::1', '*'])(
    '%s',
    (pattern) => {
      expect(matchesPeer(pattern, samplePeer(pattern))).toBe(true);
    },
  );
});
