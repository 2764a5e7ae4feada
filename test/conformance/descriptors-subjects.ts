import { readFileSync } from 'node:fs';
import { fdExhaustion } from '../../src/faults/resource/fd-exhaustion.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { runningTarget } from '../../src/targets/running-target.js';
import type { ConformanceRig, ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { closedPort } from '../network-servers.js';
import { isSlowOrBroken } from './feels.js';
import type { NamedSubject } from './keeps-contract.js';
import { startAskingService } from './start-asking-service.js';
import { startedRig } from './started-rig.js';

const scenario = CHAOS_SCENARIOS.fd_exhaustion;

/** Processes that can open no more files and connections. */
export const descriptorsSubjects: readonly NamedSubject[] = [
  ['no descriptors in a started process', without(() => startedRig('proxy', scenario))],
  ['no descriptors in a running process', without(runningRig)],
];

function without(setUp: () => Promise<ConformanceRig>): ConformanceSubject {
  return {
    fault: fdExhaustion,
    scenario,
    setUp: async () => {
      const rig = await setUp();
      const { target } = rig;
      const pid =
        target.kind === 'running'
          ? target.process.pid
          : (target.kind === 'started' && target.running?.process.pid) || 0;
      return {
        ...rig,
        fingerprint: async () => [await rig.fingerprint(), readFileSync(`/proc/${pid}/limits`, 'utf8')],
      };
    },
    module: {
      url: new URL('../../dist/faults/resource/fd-exhaustion.js', import.meta.url),
      name: 'fdExhaustion',
    },
  };
}

async function runningRig(): Promise<ConformanceRig> {
  const port = await closedPort();
  const service = await startAskingService(port);
  return {
    target: runningTarget({ name: 'service', pid: service.pid }),
    feelsFault: () => isSlowOrBroken(port),
    fingerprint: async () => service.listeners(),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}
