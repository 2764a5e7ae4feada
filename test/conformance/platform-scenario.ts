import type { Scenario } from '../../src/model/scenario.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';

export type PlatformScenario =
  | 'random_exceptions'
  | 'http_error'
  | 'slow_method'
  | 'short_read'
  | 'race_condition';

/** A scenario that acts on each call of a method of the platform. */
export function platformScenario(id: PlatformScenario, method: string, parameters: object): Scenario {
  const base: { with(changes: { parameters: object }): Scenario } = CHAOS_SCENARIOS[id];
  const errors = id === 'random_exceptions' ? { exceptionTypes: ['ECONNRESET'] } : {};
  return base.with({ parameters: { injectionRate: 1, methods: [method], ...errors, ...parameters } });
}
