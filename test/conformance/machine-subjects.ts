import { subscribe } from 'node:diagnostics_channel';
import { readdirSync, readFileSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { loopUse, loopUseSince } from '../../src/interpose/loop-use.js';
import type { Backend } from '../../src/model/fault.js';
import type { Scenario } from '../../src/model/scenario.js';
import { systemClock } from '../../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../../src/targets/this-process-target.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { never } from '../network-servers.js';
import { faultOf } from './fault-of.js';
import type { NamedSubject } from './keeps-contract.js';

const megabyte = 1_048_576;
const buffersBefore = process.memoryUsage().arrayBuffers;

/** What this process and this machine have of CPU time and memory. */
export const machineSubjects: readonly NamedSubject[] = [
  ['busy CPUs', onThisMachine(CHAOS_SCENARIOS.cpu_spike, 'host', hasBusyThread)],
  [
    'a busy event loop',
    onThisMachine(
      CHAOS_SCENARIOS.cpu_spike.with({ parameters: { place: 'event-loop', cpuPercentage: 90 } }),
      'in-process',
      async () => (await loopShare()) > 0.6,
    ),
  ],
  [
    'growing memory',
    onThisMachine(
      CHAOS_SCENARIOS.memory_leak.with({ parameters: { rateMbPerSecond: 400, limitMb: 60 } }),
      'in-process',
      async () => (await buffersAfter(300)) > 40 * megabyte,
    ),
  ],
];

function onThisMachine(
  scenario: Scenario,
  backend: Backend,
  feelsFault: () => Promise<boolean>,
): ConformanceSubject {
  return {
    fault: faultOf(scenario, backend),
    scenario,
    setUp: async () => ({
      target: thisProcessTarget('shop'),
      feelsFault,
      fingerprint: async () => workersAlive,
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}

/** Threads of Node in this process; it may start others of its own at any time, which are nobody's fault. */
let workersAlive = 0;
subscribe('worker_threads', (message) => {
  workersAlive += 1;
  (message as { readonly worker: Worker }).worker.once('exit', () => {
    workersAlive -= 1;
  });
});

/**
 * True when a thread beside this one is busy in two looks, one after the other: garbage collection beside this thread may
 * take as much time, but not as long, nor in one thread. A busy one gets 0.3 of a CPU also where others are busy too.
 */
async function hasBusyThread(): Promise<boolean> {
  return (await busiestThread()) > 0.3 && (await busiestThread()) > 0.3;
}

/** What the busiest thread of this process but the first one uses, in CPUs. */
async function busiestThread(): Promise<number> {
  const from = threadTimesMs();
  const startedAt = systemClock.nowMs();
  await systemClock.sleep(300, never);
  const tookMs = systemClock.nowMs() - startedAt;
  const used = [...threadTimesMs()].map(([thread, ms]) => ms - (from.get(thread) ?? ms));
  return Math.max(0, ...used) / tookMs;
}

/** Milliseconds that each thread but the first one ran, by its id. */
function threadTimesMs(): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const thread of readdirSync('/proc/self/task')) {
    if (thread === String(process.pid)) continue;
    try {
      const [ranNs] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ');
      times.set(thread, Number(ranNs) / 1e6);
    } catch {
      // It ended meanwhile.
    }
  }
  return times;
}

/** How busy the event loop is while nothing is to be done. */
async function loopShare(): Promise<number> {
  const from = loopUse();
  await systemClock.sleep(400, never);
  const { busyMs, idleMs } = loopUseSince(from);
  return busyMs / (busyMs + idleMs);
}

/** Memory outside of the heap beyond what this process held when the tests began. */
async function buffersAfter(ms: number): Promise<number> {
  await systemClock.sleep(ms, never);
  return process.memoryUsage().arrayBuffers - buffersBefore;
}
