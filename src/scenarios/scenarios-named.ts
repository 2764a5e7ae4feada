import type { Scenario } from '../model/scenario.js';
import { findScenario } from './find-scenario.js';

/**
 * Scenarios as they were asked for: by id, or ready.
 *
 * @param own - those that go before the catalogue's under the same name
 * @throws ChaosError UNKNOWN_NAME for an id that does not exist
 */
export function scenariosNamed(
  asked: readonly (string | Scenario)[],
  own: readonly Scenario[] = [],
): readonly Scenario[] {
  return asked.map((each) => {
    if (typeof each !== 'string') return each;
    return own.find(({ name }) => name === each) ?? findScenario(each);
  });
}
