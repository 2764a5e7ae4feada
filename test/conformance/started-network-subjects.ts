import type { Scenario } from '../../src/model/scenario.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { faultOf } from './fault-of.js';
import type { NamedSubject } from './keeps-contract.js';
import { drop, latency, loss, narrow, noNames, rationed, refuse, reset } from './network-scenarios.js';
import { startedRig } from './started-rig.js';

/** The outgoing connections of a started process, through the agent in it. */
export const startedNetworkSubjects: readonly NamedSubject[] = [
  ['latency on a started process', onStarted(latency)],
  ['loss on a started process', onStarted(loss)],
  ['bandwidth on a started process', onStarted(narrow)],
  ['resets on a started process', onStarted(reset)],
  ['rationed connections of a started process', onStarted(rationed)],
  ['no names for a started process', onStarted(noNames)],
  ['drop on a started process', onStarted(drop)],
  ['refuse on a started process', onStarted(refuse)],
];

function onStarted(scenario: Scenario): ConformanceSubject {
  return { fault: faultOf(scenario, 'agent'), scenario, setUp: () => startedRig('agent', scenario) };
}
