import { readFileSync } from 'node:fs';
import { residentBytes } from '../../src/faults/resource/resident-bytes.js';
import type { Scenario } from '../../src/model/scenario.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { faultOf } from './fault-of.js';
import type { NamedSubject } from './keeps-contract.js';
import { startedRig } from './started-rig.js';

const megabyte = 1_048_576;

/** What a started process has of its event loop and its memory, used up by the agent in it. */
export const startedResourceSubjects: readonly NamedSubject[] = [
  [
    'a busy event loop in a started process',
    resourceInAgent(
      CHAOS_SCENARIOS.cpu_spike.with({ parameters: { place: 'event-loop', cpuPercentage: 90 } }),
      isBusy,
    ),
  ],
  [
    'growing memory in a started process',
    resourceInAgent(
      CHAOS_SCENARIOS.memory_leak.with({ parameters: { rateMbPerSecond: 500, limitMb: 120 } }),
      isBig,
    ),
  ],
];

/** A resource of the service's process, used up by the agent in it; seen from outside in /proc. */
function resourceInAgent(scenario: Scenario, isFelt: (pid: number) => boolean): ConformanceSubject {
  return {
    fault: faultOf(scenario, 'agent'),
    scenario,
    async setUp() {
      const rig = await startedRig('agent', scenario);
      const pid = rig.target.kind === 'started' ? rig.target.running?.process.pid : undefined;
      if (pid === undefined) throw new Error('the service does not run');
      return {
        ...rig,
        feelsFault: async () => isFelt(pid),
        async feelsFaultAfterSilence(silentMs) {
          // Blocks this process, whose timers then renew no lease.
          waitBlocking(silentMs);
          return isFelt(pid);
        },
      };
    },
  };
}

function waitBlocking(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Above what the service uses by itself, below what 90 % of a CPU that is shared with other tests come to. */
function isBusy(pid: number): boolean {
  const cpuTicks = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  const from = cpuTicks();
  waitBlocking(600);
  return cpuTicks() - from > 12;
}

/** Above what the service takes by itself. */
function isBig(pid: number): boolean {
  waitBlocking(400);
  return (residentBytes(pid) ?? 0) > 140 * megabyte;
}
