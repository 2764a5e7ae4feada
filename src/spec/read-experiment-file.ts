import type { Experiment } from '../model/experiment.js';
import { parseExperiment } from './parse-experiment.js';
import { readText } from './read-text.js';

/**
 * Reads the experiment of a YAML file.
 *
 * @param path - the file, at most 1 MB of UTF-8
 * @throws ChaosError INVALID_INPUT when it cannot be read, and with every mistake in it
 */
export async function readExperimentFile(path: string): Promise<Experiment> {
  return parseExperiment(await readText(path), path);
}
