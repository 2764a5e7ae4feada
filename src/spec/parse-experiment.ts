import { dirname, resolve } from 'node:path';
import type { Experiment } from '../model/experiment.js';
import { checkedFile } from './checked-file.js';
import { toExperiment } from './to-experiment.js';

/**
 * The experiment that a text of YAML describes, with defaults filled in.
 *
 * @param text - the file's text
 * @param fileName - its path: begins every message, and its folder is where the target runs
 * @throws ChaosError INVALID_INPUT that lists every mistake with line and column; `problemsIn` gives them as data
 * @example
 * ```ts
 * const experiment = parseExperiment(await readFile('shop.yaml', 'utf8'), 'shop.yaml');
 * ```
 */
export function parseExperiment(text: string, fileName: string): Experiment {
  return toExperiment(checkedFile(text, fileName), resolve(dirname(fileName)));
}
