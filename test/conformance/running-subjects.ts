import { bandwidthOnRunning } from '../../src/faults/network/bandwidth-on-running.js';
import { connectionRateOnRunning } from '../../src/faults/network/connection-rate-on-running.js';
import { dnsOnRunning } from '../../src/faults/network/dns-on-running.js';
import { latencyOnRunning } from '../../src/faults/network/latency-on-running.js';
import { lossOnRunning } from '../../src/faults/network/loss-on-running.js';
import { partitionOnRunning } from '../../src/faults/network/partition-on-running.js';
import { resetOnRunning } from '../../src/faults/network/reset-on-running.js';
import type { Fault } from '../../src/model/fault.js';
import type { Scenario } from '../../src/model/scenario.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { faultOf } from './fault-of.js';
import { longRaces } from './feels.js';
import type { NamedSubject } from './keeps-contract.js';
import { drop, latency, loss, narrow, noNames, rationed, refuse, reset } from './network-scenarios.js';
import { runningRig } from './running-rig.js';

const brokenHttp = CHAOS_SCENARIOS.random_exceptions.with({
  parameters: { injectionRate: 1, exceptionTypes: ['ECONNRESET'], methods: ['http.request'] },
});

const racyHttp = CHAOS_SCENARIOS.race_condition.with({
  parameters: { ...longRaces, methods: ['http.request'] },
});

/** A process that was there before, through the agent that is attached to it. */
export const runningSubjects: readonly NamedSubject[] = [
  ['latency on a running process', onRunning(latency, latencyOnRunning)],
  ['loss on a running process', onRunning(loss, lossOnRunning)],
  ['bandwidth on a running process', onRunning(narrow, bandwidthOnRunning)],
  ['resets on a running process', onRunning(reset, resetOnRunning)],
  ['few connections of a running process', onRunning(rationed, connectionRateOnRunning)],
  ['no names for a running process', onRunning(noNames, dnsOnRunning)],
  ['drop on a running process', onRunning(drop, partitionOnRunning)],
  ['refuse on a running process', onRunning(refuse, partitionOnRunning)],
  ['exceptions of http in a running process', onRunning(brokenHttp, faultOf(brokenHttp, 'agent'))],
  ['races of http in a running process', onRunning(racyHttp, faultOf(racyHttp, 'agent'))],
];

function onRunning(scenario: Scenario, fault: Fault): ConformanceSubject {
  return { fault, scenario, setUp: () => runningRig(scenario) };
}
