import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { coresUsed } from '../../src/faults/resource/cores-used.js';
import { cpuBeside } from '../../src/faults/resource/cpu-beside.js';
import { memoryBeside } from '../../src/faults/resource/memory-beside.js';
import { residentBytes } from '../../src/faults/resource/resident-bytes.js';
import type { ProcessIdentity } from '../../src/model/receipt.js';
import { systemClock } from '../../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { runningTarget } from '../../src/targets/running-target.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { moveToCgroup, pidsInCgroup } from '../../src/undo/cgroup-files.js';
import { type CgroupController, cgroupOf } from '../../src/undo/cgroup-layout.js';
import { readProcess } from '../../src/undo/process-table.js';
import { hasCgroups, startLimited } from '../limited-program.js';
import { never } from '../network-servers.js';
import type { NamedSubject } from './keeps-contract.js';

let rigs = 0;

/** Processes of ours in the control group of a target. */
export const besideSubjects: readonly NamedSubject[] = hasCgroups
  ? [
      [
        'a neighbour that uses CPU time',
        beside('cpu', isBusy, {
          fault: cpuBeside,
          scenario: CHAOS_SCENARIOS.cpu_spike.with({
            parameters: { place: 'cgroup', cores: 1, cpuPercentage: 90 },
          }),
          module: {
            url: new URL('../../dist/faults/resource/cpu-beside.js', import.meta.url),
            name: 'cpuBeside',
          },
        }),
      ],
      [
        'a neighbour that grows',
        beside('memory', isLarge, {
          fault: memoryBeside,
          scenario: CHAOS_SCENARIOS.memory_leak.with({
            parameters: { place: 'beside', rateMbPerSecond: 200, limitMb: 100 },
          }),
          module: {
            url: new URL('../../dist/faults/resource/memory-beside.js', import.meta.url),
            name: 'memoryBeside',
          },
        }),
      ],
    ]
  : [];

function beside(
  controller: CgroupController,
  feels: (others: () => readonly ProcessIdentity[]) => Promise<boolean>,
  subject: Omit<ConformanceSubject, 'setUp'>,
): ConformanceSubject {
  return {
    ...subject,
    async setUp() {
      rigs += 1;
      const group = join(cgroupOf('self', controller)?.folder ?? '', `vitest-${process.pid}-${rigs}`);
      const program = await startLimited();
      mkdirSync(group);
      for (const pid of [program.pid, program.child]) moveToCgroup(group, pid);
      const others = () =>
        pidsInCgroup(group)
          .filter((pid) => pid !== program.pid && pid !== program.child)
          .map((pid) => ({ pid, startTime: readProcess(pid)?.startTime ?? '' }));
      return {
        target: runningTarget({ name: 'program', pid: program.pid }),
        feelsFault: () => feels(others),
        fingerprint: async () => pidsInCgroup(group),
        async [Symbol.asyncDispose]() {
          await program[Symbol.asyncDispose]();
          await expect.poll(() => pidsInCgroup(group)).toEqual([]);
          rmdirSync(group);
        },
      };
    },
  };
}

async function isBusy(others: () => readonly ProcessIdentity[]): Promise<boolean> {
  if (others().length === 0) return false;
  return (await coresUsed(others, systemClock, never)) > 0.05;
}

/** A Node process alone has less than half of it. */
async function isLarge(others: () => readonly ProcessIdentity[]): Promise<boolean> {
  const untilMs = systemClock.nowMs() + 2_000;
  while (others().length > 0 && systemClock.nowMs() < untilMs) {
    if (others().some(({ pid }) => (residentBytes(pid) ?? 0) > 120 * 1_048_576)) return true;
    await systemClock.sleep(50, never);
  }
  return false;
}
