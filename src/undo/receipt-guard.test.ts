import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Receipt } from '../model/receipt.js';
import { isReceipt, receiptProblem } from './receipt-guard.js';

const common = { id: 'run-1', runId: 'run', bootId: 'boot', expiresAt: 1_000 };
const process = { pid: 4_711, startTime: '123456' };
const receipts: readonly Receipt[] = [
  { ...common, kind: 'patch', process, sites: ['db.query'] },
  {
    ...common,
    kind: 'toxic',
    controlPath: '/tmp/chaosx-run-proxy/control.sock',
    toxicId: 't',
    routes: ['db'],
  },
  { ...common, kind: 'proxy', directory: '/tmp/chaosx-run-proxy' },
  { ...common, kind: 'proxy', directory: '/tmp/chaosx-run-proxy', process },
  { ...common, kind: 'started-process', program: 'node' },
  { ...common, kind: 'started-process', program: 'node', process },
  { ...common, kind: 'agent', process, directory: '/tmp/chaosx-run-agent', faultId: 'run-1' },
  { ...common, kind: 'agent-directory', directory: '/tmp/chaosx-run-agent' },
  { ...common, kind: 'disk-file', directory: '/srv', name: '.chaosx-run-1' },
  { ...common, kind: 'disk-file', directory: '/srv', name: '.chaosx-run-1', device: '2049', inode: '12' },
];

const diskFile = { ...common, kind: 'disk-file', directory: '/srv', name: '.chaosx-run-1' };

test.each(receipts)('a $kind receipt is one', (receipt) => {
  expect(receiptProblem(receipt, 'run')).toBeNull();
});

test.each([
  ['another run', { ...receipts[4], runId: 'other' }, 'of another run'],
  ['a command to execute', { ...receipts[4], command: 'rm -rf /' }, 'unknown field "command"'],
  ['another kind', { ...receipts[4], kind: 'shell' }, 'unknown kind'],
  ['a kind of every object', { ...receipts[4], kind: 'constructor' }, 'unknown kind'],
  ['every process', { ...receipts[4], process: { pid: -1, startTime: '1' } }, 'bad or missing process'],
  ['a process group', { ...receipts[4], process: { pid: -4_711, startTime: '1' } }, 'bad or missing process'],
  ['our own group', { ...receipts[4], process: { pid: 0, startTime: '1' } }, 'bad or missing process'],
  ['init', { ...receipts[4], process: { pid: 1, startTime: '1' } }, 'bad or missing process'],
  ['a pid alone', { ...receipts[4], process: { pid: 4_711 } }, 'bad or missing process'],
  ['a folder of the user', { ...receipts[2], directory: '/home/me' }, 'bad or missing directory'],
  ['a way out', { ...receipts[2], directory: '/tmp/chaosx-a/../../etc' }, 'bad or missing directory'],
  ['a relative folder', { ...receipts[2], directory: 'chaosx-a' }, 'bad or missing directory'],
  ['a file of the user', { ...diskFile, name: 'orders.jsonl' }, 'bad or missing name'],
  ['a file elsewhere', { ...diskFile, name: '.chaosx-../../etc/passwd' }, 'bad or missing name'],
  ['a folder by a way out', { ...diskFile, directory: '/srv/../etc' }, 'bad or missing directory'],
  ['a time that JSON cannot hold', { ...receipts[2], expiresAt: null }, 'bad or missing expiresAt'],
  ['an own prototype', JSON.parse('{"__proto__":{"kind":"proxy"}}'), 'unknown kind'],
  ['a list', [receipts[2]], 'not an object'],
])('refuses %s', (_what, value, problem) => {
  expect(receiptProblem(value, 'run')).toBe(problem);
});

test('no other JSON is a receipt, and whatever one field of it is, it is judged without an exception', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(isReceipt(value, 'run')).toBe(false);
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...receipts), fc.string(), fc.jsonValue(), (receipt, field, value) => {
      fc.pre(!Object.hasOwn(receipt, field) && !(field === 'process' && !Object.is(value, null)));
      expect(isReceipt({ ...receipt, ...Object.fromEntries([[field, value]]) }, 'run')).toBe(false);
    }),
  );
  fc.assert(
    fc.property(
      fc
        .constantFrom(...receipts)
        .chain((receipt) =>
          fc.record({ receipt: fc.constant(receipt), field: fc.constantFrom(...Object.keys(receipt)) }),
        ),
      fc.oneof(fc.constant(null), fc.boolean(), fc.constant({}), fc.constant(-1.5)),
      ({ receipt, field }, value) => {
        fc.pre(!(field === 'expiresAt' && typeof value === 'number'));
        expect(isReceipt({ ...receipt, [field]: value }, 'run')).toBe(false);
      },
    ),
  );
});
