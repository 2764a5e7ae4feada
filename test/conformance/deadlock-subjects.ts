import { subscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { activePatches } from '../../src/interpose/active-patches.js';
import type { Fault } from '../../src/model/fault.js';
import type { DeadlockParameters } from '../../src/model/scenario-parameters.js';
import type { ChaosScenario } from '../../src/scenarios/chaos-scenario.js';
import { systemClock } from '../../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { blockedLoopInAgent } from '../../src/faults/state/blocked-loop-in-agent.js';
import { blockedLoopOfThisProcess } from '../../src/faults/state/blocked-loop-of-this-process.js';
import { deadlockCalls, deadlockCallsInAgent } from '../../src/faults/state/deadlock-calls.js';
import { inProcessTarget } from '../../src/targets/in-process-target.js';
import { thisProcessTarget } from '../../src/targets/this-process-target.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { never } from '../network-servers.js';
import type { NamedSubject } from './keeps-contract.js';
import { modulesRig } from './modules-rig.js';
import { runningRig } from './running-rig.js';
import { startedRig } from './started-rig.js';

/** Calls that wait for each other, in all the places where they can be made to. */
export const deadlockSubjects: readonly NamedSubject[] = [
  ['calls in a circle', inObjects({ kind: 'circular-wait' })],
  ['calls at a gate', inObjects({ kind: 'promise-gate' })],
  ['calls behind two stuck threads', inObjects({ kind: 'workers' })],
  ['a blocked event loop', ofThisLoop({ kind: 'block-event-loop' })],
  ['a spinning event loop', ofThisLoop({ kind: 'block-event-loop', by: 'spin' })],
  ['calls in a circle in a started process', inStarted({ kind: 'circular-wait', methods: ['http.request'] })],
  ['calls at a gate in modules of a started process', inModules({ kind: 'promise-gate' })],
  [
    'calls behind stuck threads of a started process',
    inStarted({ kind: 'workers', methods: ['http.request'] }),
  ],
  ['a blocked event loop in a started process', inStarted({ kind: 'block-event-loop' })],
  ['a spinning event loop in a running process', inRunning({ kind: 'block-event-loop', by: 'spin' })],
  ['calls at a gate in a running process', inRunning({ kind: 'promise-gate', methods: ['http.request'] })],
];

function deadlock(parameters: Partial<DeadlockParameters>, duration: number): ChaosScenario<'DEADLOCK'> {
  return CHAOS_SCENARIOS.deadlock.with({ duration, parameters });
}

function inObjects(parameters: Partial<DeadlockParameters>): ConformanceSubject {
  return {
    fault: deadlockCalls,
    scenario: deadlock(parameters, 30),
    async setUp() {
      const store = { read: async (id: string) => `row ${id}` };
      const { read } = store;
      return {
        target: inProcessTarget('shop', { store }),
        feelsFault: async () => {
          const late = systemClock.sleep(250, never).then(() => 'late');
          return (await Promise.race([store.read('a'), late])) === 'late';
        },
        fingerprint: async () => ({ isSame: store.read === read, patches: activePatches(), workersAlive }),
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
  };
}

/** Short, for nothing in this process can end it before its time. */
function ofThisLoop(parameters: Partial<DeadlockParameters>): ConformanceSubject {
  return {
    fault: blockedLoopOfThisProcess,
    scenario: deadlock(parameters, 0.8),
    setUp: async () => ({
      target: thisProcessTarget('shop'),
      feelsFault: async () => (await lateInAllMs()) > 120,
      fingerprint: async () => workersAlive,
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}

function faultInAgent({ kind }: Partial<DeadlockParameters>): Fault {
  return kind === 'block-event-loop' ? blockedLoopInAgent : deadlockCallsInAgent;
}

function inStarted(parameters: Partial<DeadlockParameters>): ConformanceSubject {
  const scenario = deadlock(parameters, 30);
  return { fault: faultInAgent(parameters), scenario, setUp: () => startedRig('agent', scenario) };
}

function inModules(parameters: Partial<DeadlockParameters>): ConformanceSubject {
  const scenario = deadlock(parameters, 30).with({ targetComponents: ['src/*.mjs'] });
  return {
    fault: deadlockCallsInAgent,
    scenario,
    async setUp() {
      const rig = await modulesRig();
      const feelsFault = async () => {
        const late = systemClock.sleep(1_000, never).then(() => true);
        return Promise.race([rig.feelsFault().catch(() => true), late]);
      };
      return { ...rig, feelsFault };
    },
  };
}

function inRunning(parameters: Partial<DeadlockParameters>): ConformanceSubject {
  const scenario = deadlock(parameters, 30);
  return { fault: faultInAgent(parameters), scenario, setUp: () => runningRig(scenario) };
}

/** By how much some short sleeps are late together. */
async function lateInAllMs(): Promise<number> {
  const fromMs = systemClock.nowMs();
  for (let times = 0; times < 3; times += 1) await systemClock.sleep(20, never);
  return systemClock.nowMs() - fromMs - 60;
}

/** Threads of Node in this process. */
let workersAlive = 0;
subscribe('worker_threads', (message) => {
  workersAlive += 1;
  (message as { readonly worker: Worker }).worker.once('exit', () => {
    workersAlive -= 1;
  });
});
