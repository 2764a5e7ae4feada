import type { Results } from '../model/results.js';
import type { RunFolder } from './run-folder.js';

/**
 * Writes `results.json` into a run's folder, all at once.
 *
 * @throws ChaosError STORAGE_FAILED
 */
export async function writeResults(folder: RunFolder, results: Results): Promise<void> {
  await folder.writeText('results.json', `${JSON.stringify(results, null, 2)}\n`);
}
