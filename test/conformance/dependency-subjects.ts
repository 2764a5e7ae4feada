import type { Scenario } from '../../src/model/scenario.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { faultOf } from './fault-of.js';
import { frontRig } from './front-rig.js';
import type { NamedSubject } from './keeps-contract.js';
import { drop, latency, loss, narrow, rationed, refuse, reset } from './network-scenarios.js';
import { startedRig } from './started-rig.js';

/** What a proxy does between a service and another, or in front of an address. */
export const dependencySubjects: readonly NamedSubject[] = [
  ['latency on a dependency', onDependency(latency)],
  ['loss on a dependency', onDependency(loss)],
  ['bandwidth on a dependency', onDependency(narrow)],
  ['resets on a dependency', onDependency(reset)],
  ['rationed connections to a dependency', onDependency(rationed)],
  ['drop on a dependency', onDependency(drop)],
  ['refuse on a dependency', onDependency(refuse)],
  ['latency in front of an address', inFront(latency)],
  ['drop in front of an address', inFront(drop)],
  ['refuse in front of an address', inFront(refuse)],
];

function onDependency(scenario: Scenario): ConformanceSubject {
  return { fault: faultOf(scenario, 'proxy'), scenario, setUp: () => startedRig('proxy', scenario) };
}

function inFront(base: Scenario & { with(changes: object): Scenario }): ConformanceSubject {
  const scenario = base.with({ targetComponents: ['broken'] });
  return { fault: faultOf(scenario, 'proxy'), scenario, setUp: () => frontRig(scenario) };
}
