import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Receipt } from '../model/receipt.js';
import type { JournalLine } from './journal-format.js';
import { parseJournal } from './journal-format.js';

const header: JournalLine = {
  type: 'journal',
  formatVersion: 1,
  runId: 'run',
  owner: { pid: 7, startTime: '70' },
  bootId: 'boot',
};
const receipt = (id: string): Receipt => ({
  kind: 'started-process',
  id,
  runId: 'run',
  bootId: 'boot',
  expiresAt: 1_000,
  program: 'node',
});
const process = { pid: 8, startTime: '80' };
const text = (...lines: readonly unknown[]) =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

test('says what is pending, with what was learned later', () => {
  const content = text(
    header,
    { type: 'record', receipt: receipt('a') },
    { type: 'record', receipt: receipt('b') },
    { type: 'amend', id: 'b', facts: { process } },
    '',
    { type: 'done', id: 'a' },
    { type: 'done', id: 'a' },
    '',
    '',
  );
  expect(parseJournal(content, 'run')).toMatchInlineSnapshot(`
    {
      "bootId": "boot",
      "owner": {
        "pid": 7,
        "startTime": "70",
      },
      "pending": [
        {
          "bootId": "boot",
          "expiresAt": 1000,
          "id": "b",
          "kind": "started-process",
          "process": {
            "pid": 8,
            "startTime": "80",
          },
          "program": "node",
          "runId": "run",
        },
      ],
      "problems": [],
      "runId": "run",
    }
  `);
});

test('skips and names every line that is not exactly ours', () => {
  const content = text(
    header,
    header,
    { ...header, runId: 'other' },
    'not json',
    '[]',
    { type: 'exec', command: 'rm -rf /' },
    { type: 'record', receipt: { ...receipt('a'), process: { pid: 1, startTime: '1' } } },
    { type: 'record', receipt: { ...receipt('a'), runId: 'other' } },
    { type: 'record', receipt: receipt('a') },
    { type: 'record', receipt: receipt('a') },
    { type: 'amend', id: 'a', facts: { process: { pid: -1, startTime: '1' } } },
    { type: 'amend', id: 'a', facts: { program: 'sh' } },
    { type: 'amend', id: 'z', facts: { process } },
    { type: 'done', id: 'z' },
    { type: 'done' },
    'torn at the e',
  );
  const { pending, problems } = parseJournal(content, 'run');
  expect(pending).toEqual([receipt('a')]);
  expect(problems).toMatchInlineSnapshot(`
    [
      "line 2: a second first line",
      "line 3: not the first line of this run",
      "line 4: not JSON",
      "line 5: not an object",
      "line 6: unknown type",
      "line 7: bad or missing process",
      "line 8: of another run",
      "line 10: a receipt that is there already",
      "line 11: facts that do not fit the receipt",
      "line 12: bad amendment",
      "line 13: amends an unknown receipt",
      "line 14: ends an unknown receipt",
      "line 15: bad end",
    ]
  `);
});

test('cut at any byte, it says what its whole lines say, without a problem', () => {
  const operation = fc.record({ what: fc.constantFrom('record', 'amend', 'done'), at: fc.nat() });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 12 }), fc.nat(), fc.nat(80), (operations, cutAt, blank) => {
      const lines: JournalLine[] = [header];
      const ids: string[] = [];
      for (const { what, at } of operations) {
        const id = ids[at % (ids.length || 1)];
        if (what === 'record' || id === undefined) {
          ids.push(`run-${ids.length}`);
          lines.push({ type: 'record', receipt: receipt(`run-${ids.length - 1}`) });
        } else if (what === 'amend') lines.push({ type: 'amend', id, facts: { process } });
        else lines.push({ type: 'done', id });
      }
      const whole = text(...lines);
      const cut = cutAt % (whole.length + 1);
      // A last line that lacks nothing but its line break is whole.
      const complete = lines.filter(
        (_line, index) => text(...lines.slice(0, index + 1)).trimEnd().length <= cut,
      );
      expect(parseJournal(`${whole.slice(0, cut)}${'\n'.repeat(blank)}`, 'run')).toEqual(
        parseJournal(text(...complete), 'run'),
      );
    }),
  );
});

test('no text makes it throw or believe in a receipt', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (lines) => {
      expect(parseJournal(lines.join('\n'), 'run').pending).toEqual([]);
    }),
  );
});
