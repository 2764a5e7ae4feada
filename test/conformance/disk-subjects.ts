import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskOfHost } from '../../src/faults/resource/disk-of-host.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { systemClock } from '../../src/model/system-clock.js';
import { thisProcessTarget } from '../../src/targets/this-process-target.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { hasOwnDisks, openOwnDisk } from '../own-disk.js';
import { faultOf } from './fault-of.js';
import { feltMs } from './feels.js';
import type { NamedSubject } from './keeps-contract.js';
import { startedRig } from './started-rig.js';

const megabyte = 1_048_576;
const inTarget = CHAOS_SCENARIOS.disk_full.with({ parameters: { place: 'target' } });
const slow = CHAOS_SCENARIOS.disk_slow.with({ parameters: { delayMs: 700 } });

/** Disks that are slow, or full, for everybody or for the target alone. */
export const diskSubjects: readonly NamedSubject[] = [
  ...(hasOwnDisks ? [['a full disk', onDisk()] as const] : []),
  ['a full disk for this process alone', forThisProcess()],
  [
    'a full disk for a started process alone',
    { fault: faultOf(inTarget, 'agent'), scenario: inTarget, setUp: () => startedRig('agent', inTarget) },
  ],
  ['a slow disk for this process', slowForThisProcess()],
  [
    'a slow disk for a started process',
    { fault: faultOf(slow, 'agent'), scenario: slow, setUp: () => startedRig('agent', slow) },
  ],
];

function onDisk(): ConformanceSubject {
  // A path that is the same in every case: the disk itself is a fresh one each time.
  let path = '';
  return {
    fault: diskOfHost,
    get scenario() {
      return CHAOS_SCENARIOS.disk_full.with({ parameters: { path } });
    },
    module: {
      url: new URL('../../dist/faults/resource/disk-of-host.js', import.meta.url),
      name: 'diskOfHost',
    },
    async setUp() {
      const disk = openOwnDisk('size=8m');
      path = disk.path;
      return {
        target: thisProcessTarget('shop'),
        feelsFault: () => Promise.resolve(isFull(disk.path)),
        fingerprint: async () => [readdirSync(disk.path), statfsSync(disk.path)],
        [Symbol.asyncDispose]: async () => disk[Symbol.dispose](),
      };
    },
  };
}

/** Whether a megabyte has no room. */
function isFull(path: string): boolean {
  const file = join(path, 'megabyte');
  try {
    writeFileSync(file, Buffer.alloc(megabyte));
    return false;
  } catch {
    return true;
  } finally {
    rmSync(file, { force: true });
  }
}

function forThisProcess(): ConformanceSubject {
  return {
    fault: faultOf(inTarget, 'in-process'),
    scenario: inTarget,
    setUp: async () => ({
      target: thisProcessTarget('shop'),
      feelsFault: () =>
        writeFile('/dev/null', 'piece').then(
          () => false,
          () => true,
        ),
      fingerprint: async () => [writeFile, writeFileSync],
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}

function slowForThisProcess(): ConformanceSubject {
  return {
    fault: faultOf(slow, 'in-process'),
    scenario: slow,
    setUp: async () => ({
      target: thisProcessTarget('shop'),
      async feelsFault() {
        const from = systemClock.nowMs();
        await readFile('/dev/null');
        return systemClock.nowMs() - from > feltMs;
      },
      fingerprint: async () => [readFile],
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}
