import { expect, test } from 'vitest';
import { parseDrops, procAddress } from './kernel-drops.js';

test.each([
  ['127.0.0.1', 53, '0100007F:0035'],
  ['0.0.0.0', 65_535, '00000000:FFFF'],
  ['::', 8_080, '00000000000000000000000000000000:1F90'],
  ['::1', 1, '00000000000000000000000001000000:0001'],
  ['::ffff:127.0.0.1', 1, '0000000000000000FFFF00000100007F:0001'],
  ['fe80::1:2%eth0', 1, '000080FE000000000000000002000100:0001'],
  ['2001:db8:1:2:3:4:5:6', 1, 'B80D0120020001000400030006000500:0001'],
])('%s port %i', (host, port, text) => {
  expect(procAddress({ host, port })).toBe(text);
});

test('the drops of a table', () => {
  const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  412: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 23842 2 0000000000000000 17
 1413: 00000000:1F90 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 23843 2 0000000000000000 0
`;
  expect([...parseDrops(table)]).toEqual([
    ['0100007F:0035', 17],
    ['00000000:1F90', 0],
  ]);
});
