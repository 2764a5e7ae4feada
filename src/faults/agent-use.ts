import type { Scenario } from '../model/scenario.js';
import { categoryOf } from '../model/scenario-type.js';
import type { AgentUse } from '../targets/open-context.js';

/** What the agent is to do in a target, so that it can make these scenarios real there. */
export function agentUseFor(scenarios: readonly Scenario[]): AgentUse {
  const isNetwork = ({ scenarioType }: Scenario) => categoryOf(scenarioType) === 'network';
  return {
    redirectsOutgoing: scenarios.some(isNetwork),
    changesClocks: scenarios.some(({ scenarioType }) => categoryOf(scenarioType) === 'time'),
    modules: [
      ...new Set(scenarios.flatMap((scenario) => (isNetwork(scenario) ? [] : scenario.targetComponents))),
    ],
  };
}
