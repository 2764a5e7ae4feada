import type { Scenario } from '../../src/model/scenario.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { faultOf } from './fault-of.js';
import { longRaces } from './feels.js';
import type { NamedSubject } from './keeps-contract.js';
import { modulesRig } from './modules-rig.js';
import { type PlatformScenario, platformScenario } from './platform-scenario.js';
import { startedRig } from './started-rig.js';

/** Calls of the platform, and functions of its modules, in a started process that has the agent in it. */
export const startedCallsSubjects: readonly NamedSubject[] = [
  ['exceptions of http in a started process', inAgent('http.request', {})],
  ['exceptions of http after in a started process', inAgent('http.request', { moment: 'after' })],
  ['exceptions of all calls in a started process', inAgent('*', {})],
  ['exceptions of fs in a started process', inAgent('fs.*', { exceptionTypes: ['EIO'] })],
  ['slow http in a started process', inAgent('http.request', { delayMs: 700 }, 'slow_method')],
  ['answers to http in a started process', inAgent('http.request', {}, 'http_error')],
  ['short reads in a started process', inAgent('fs.read', {}, 'short_read')],
  ['races of http in a started process', inAgent('http.request', longRaces, 'race_condition')],
  ['exceptions of modules in a started process', inModules(CHAOS_SCENARIOS.random_exceptions)],
  ['null of modules in a started process', inModules(CHAOS_SCENARIOS.null_injection)],
  ['corrupted answers of modules in a started process', inModules(CHAOS_SCENARIOS.state_corruption)],
  [
    'slow modules in a started process',
    inModules(CHAOS_SCENARIOS.slow_method.with({ parameters: { delayMs: 700 } })),
  ],
];

function inAgent(
  method: string,
  parameters: object,
  id: PlatformScenario = 'random_exceptions',
): ConformanceSubject {
  const scenario = platformScenario(id, method, parameters);
  return { fault: faultOf(scenario, 'agent'), scenario, setUp: () => startedRig('agent', scenario) };
}

function inModules(base: {
  with(changes: { parameters: object; targetComponents: readonly string[] }): Scenario;
}): ConformanceSubject {
  const scenario = base.with({ parameters: { injectionRate: 1 }, targetComponents: ['src/*.mjs'] });
  return { fault: faultOf(scenario, 'agent'), scenario, setUp: modulesRig };
}
