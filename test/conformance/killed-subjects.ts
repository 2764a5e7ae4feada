import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { processKill } from '../../src/faults/resource/process-kill.js';
import { workersOf } from '../../src/faults/resource/choose-victim.js';
import { systemClock } from '../../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { openTarget } from '../../src/targets/open-target.js';
import { runningTarget } from '../../src/targets/running-target.js';
import { startedTarget } from '../../src/targets/started-target.js';
import type { ConformanceRig } from '../../src/testing/fault-conformance.js';
import { findMarkedProcesses } from '../../src/undo/run-processes.js';
import { never } from '../network-servers.js';
import type { NamedSubject } from './keeps-contract.js';
import { rigRun } from './rig-run.js';

const scenario = CHAOS_SCENARIOS.process_kill;

/** Processes that are ended. */
export const killedSubjects: readonly NamedSubject[] = [
  ['a started process that is ended and started again', { fault: processKill, scenario, setUp: startedRig }],
  [
    'a worker that is ended and started again by its supervisor',
    { fault: processKill, scenario: scenario.with({ parameters: { who: 'worker' } }), setUp: supervisedRig },
  ],
];

/** No Node program, with a child. */
async function startedRig(): Promise<ConformanceRig> {
  const run = rigRun();
  const spec = { name: 'program', start: ['sh', '-c', 'sleep 600 & wait'] };
  const open = await openTarget(startedTarget(spec), spec, run);
  const processes = async () => (await findMarkedProcesses(run.runId)).length;
  return {
    target: open.target,
    feelsFault: async () => (await processes()) === 0,
    fingerprint: () => settled(processes, 2),
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

/** Of four workers, each is started again after a while: the suite ends as many at once. */
async function supervisedRig(): Promise<ConformanceRig> {
  const supervisor = `const { spawn } = require('node:child_process');
const start = () => void spawn('sleep', ['600'], { stdio: 'ignore' }).on('exit', () => setTimeout(start, 300));
for (let n = 0; n < 4; n += 1) start();
process.on('SIGTERM', () => process.exit());
console.log('ready');`;
  const child = spawn(process.execPath, ['-e', supervisor], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const target = runningTarget({ name: 'supervisor', pid: child.pid ?? 0 });
  const workers = () => Promise.resolve(workersOf(target.process).length);
  await settled(workers, 4);
  return {
    target,
    feelsFault: async () => (await workers()) < 4,
    fingerprint: () => settled(workers, 4),
    async [Symbol.asyncDispose]() {
      const left = workersOf(target.process);
      child.kill('SIGKILL');
      await once(child, 'exit');
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
    },
  };
}

/** The number once it is as expected, or after 5 s. */
async function settled(count: () => Promise<number>, expected: number): Promise<number> {
  const untilMs = systemClock.nowMs() + 5_000;
  for (;;) {
    const now = await count();
    if (now === expected || systemClock.nowMs() > untilMs) return now;
    await systemClock.sleep(20, never);
  }
}
