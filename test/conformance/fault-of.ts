import { allFaults } from '../../src/faults/all-faults.js';
import type { Backend, Fault } from '../../src/model/fault.js';
import type { Scenario } from '../../src/model/scenario.js';

/** The first fault that makes a scenario by a backend. */
export function faultOf({ scenarioType }: Scenario, backend: Backend): Fault {
  const fault = allFaults.find((one) => one.type === scenarioType && one.backend === backend);
  if (fault === undefined) throw new Error(`no fault makes ${scenarioType} by ${backend}`);
  return fault;
}
