import type { AgendaEntry } from '../model/gameday.js';
import { checkedFile } from './checked-file.js';
import { toScenario } from './to-experiment.js';

/**
 * The scenarios that a text of YAML describes, each with what it expects of the system.
 *
 * @throws ChaosError INVALID_INPUT that lists every mistake, as `parseExperiment`
 */
export function parseAgenda(text: string, fileName: string): readonly AgendaEntry[] {
  return checkedFile(text, fileName).scenarios.map((entry) => ({
    scenario: toScenario(entry),
    hypothesis: typeof entry === 'string' ? null : (entry.hypothesis ?? null),
  }));
}
