import { allFaults } from '../../faults/all-faults.js';
import { findScenario } from '../../scenarios/find-scenario.js';
import { describeScenario, listScenarios } from './scenarios.js';

export interface ShowOptions {
  readonly json?: boolean;
  readonly category?: string | undefined;
  readonly severity?: string | undefined;
  readonly color: boolean;
}

/** The catalogue, or one scenario with the backends that can make it in this version. */
export function showScenarios(
  id: string | undefined,
  { json = false, color, ...filter }: ShowOptions,
): string {
  if (id === undefined) return listScenarios({ json, color, ...filter });
  const { scenarioType } = findScenario(id);
  const backends = allFaults.filter(({ type }) => type === scenarioType).map(({ backend }) => backend);
  return describeScenario(id, { json, color, backends: [...new Set(backends)] });
}
