import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { processPause } from '../../src/faults/resource/process-pause.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { openTarget } from '../../src/targets/open-target.js';
import { runningTarget } from '../../src/targets/running-target.js';
import { startedTarget } from '../../src/targets/started-target.js';
import type { ConformanceRig, ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { findMarkedProcesses } from '../../src/undo/run-processes.js';
import type { NamedSubject } from './keeps-contract.js';
import { rigRun } from './rig-run.js';

// It is no Node program, and has a child.
const program = ['sh', '-c', 'sleep 600 & echo $!; wait'];

/** Processes that stand still. */
export const pausedSubjects: readonly NamedSubject[] = [
  ['a paused process that was started', paused(startedRig)],
  ['a paused process that ran before', paused(runningRig)],
];

function paused(setUp: () => Promise<ConformanceRig>): ConformanceSubject {
  return {
    fault: processPause,
    scenario: CHAOS_SCENARIOS.process_pause,
    setUp,
    module: {
      url: new URL('../../dist/faults/resource/process-pause.js', import.meta.url),
      name: 'processPause',
    },
  };
}

async function startedRig(): Promise<ConformanceRig> {
  const run = rigRun();
  const spec = { name: 'program', start: program };
  const open = await openTarget(startedTarget(spec), spec, run);
  const pid = open.target.running?.process.pid ?? 0;
  return {
    target: open.target,
    feelsFault: async () => standsStill(pid),
    fingerprint: async () => [await findMarkedProcesses(run.runId), stateOf(pid)],
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

async function runningRig(): Promise<ConformanceRig> {
  const [command = '', ...args] = program;
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const [pid, grandchild] = [child.pid ?? 0, Number(said.toString())];
  return {
    target: runningTarget({ name: 'program', pid }),
    feelsFault: async () => standsStill(pid) && standsStill(grandchild),
    fingerprint: async () => [stateOf(pid), stateOf(grandchild)],
    async [Symbol.asyncDispose]() {
      process.kill(grandchild, 'SIGKILL');
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function standsStill(pid: number): boolean {
  return stateOf(pid) === 'T (stopped)';
}

/** As the kernel says it: running and sleeping are the same here. */
function stateOf(pid: number): string {
  const state = /^State:\t(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
  return state.startsWith('T') ? state : 'goes on';
}
