import { expect, test } from 'vitest';
import { parseSocketTable } from './socket-table.js';

const header =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

test('reads IPv4, IPv6 and IPv4 in IPv6 as the kernel prints them on this kind of machine', () => {
  const text =
    header +
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n' +
    '   1: 00000000000000000000000001000000:0050 0000000000000000FFFF00000500000A:1538 01 0:0 00:0 0 0 0 4712 1\n' +
    '   2: 0100007F:1F90 0100007F:C000 06 00000000:00000000 03:000017A5 00000000     0        0 0 3\n';
  expect(parseSocketTable(text)).toEqual([
    { local: { host: '127.0.0.1', port: 8_080 }, remote: { host: '0.0.0.0', port: 0 }, inode: '4711' },
    { local: { host: '::1', port: 80 }, remote: { host: '10.0.0.5', port: 5_432 }, inode: '4712' },
  ]);
});
