import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/model/system-clock.js';
import { isAnyLate, longRaces } from './feels.js';
import type { NamedSubject } from './keeps-contract.js';
import { onPlatform } from './on-platform.js';

const thisFile = fileURLToPath(import.meta.url);

/** Calls of this process to `fs`, `dns` and `child_process`. */
export const platformCallsSubjects: readonly NamedSubject[] = [
  ['exceptions of fs', onPlatform('fs.*', { paths: [thisFile] }, async () => (await bytesRead()) === -1)],
  [
    'exceptions of dns',
    onPlatform('dns.*', { exceptionTypes: ['ENOTFOUND'] }, async () => !(await isKnown())),
  ],
  [
    'exceptions of child_process',
    onPlatform('child_process.*', { exceptionTypes: ['EAGAIN'] }, async () => !(await runs())),
  ],
  [
    'slow fs',
    onPlatform(
      'fs.*',
      { delayMs: 700, paths: [thisFile] },
      async () => (await msToRead()) > 600,
      'slow_method',
    ),
  ],
  [
    'short reads',
    onPlatform('fs.*', { paths: [thisFile] }, async () => (await bytesRead()) < 1000, 'short_read'),
  ],
  [
    'races of fs',
    onPlatform(
      'fs.*',
      { ...longRaces, paths: [thisFile] },
      () => isAnyLate(() => fs.promises.stat(thisFile)),
      'race_condition',
    ),
  ],
  [
    'races of timers',
    onPlatform(
      'timers.*',
      { ...longRaces, places: ['timers'] },
      () => isAnyLate(() => new Promise<void>((resolve) => setTimeout(resolve, 1))),
      'race_condition',
    ),
  ],
];

/** Of a file that is longer; -1: it cannot be read. */
async function bytesRead(): Promise<number> {
  const handle = await fs.promises.open(thisFile).catch(() => null);
  if (handle === null) return -1;
  try {
    return (await handle.read(Buffer.alloc(1000), 0, 1000, 0)).bytesRead;
  } catch {
    return -1;
  } finally {
    await handle.close();
  }
}

async function isKnown(): Promise<boolean> {
  return dns.promises.lookup('localhost').then(
    () => true,
    () => false,
  );
}

async function runs(): Promise<boolean> {
  return once(spawn('true'), 'exit').then(
    () => true,
    () => false,
  );
}

async function msToRead(): Promise<number> {
  const from = systemClock.nowMs();
  await fs.promises.readFile(thisFile);
  return systemClock.nowMs() - from;
}
