import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseProcessStat } from './process-stat.js';

const rest = '1 4242 4242 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1000 10';

test.each(['node', 'a b', 'a) S 1 (b', '((', ''])('a program called %j', (name) => {
  expect(parseProcessStat(`4242 (${name}) S ${rest}\n`)).toEqual({
    name,
    state: 'S',
    parentPid: 1,
    groupId: 4242,
    startTime: '987654',
  });
});

test.each(['', '4242', '4242 (cut) S 1 2'])('%j is no stat', (text) => {
  expect(parseProcessStat(text)).toBeNull();
});

test.skipIf(process.platform !== 'linux')('this process', () => {
  expect(parseProcessStat(readFileSync('/proc/self/stat', 'utf8'))).toMatchObject({
    parentPid: process.ppid,
    state: 'R',
  });
});
