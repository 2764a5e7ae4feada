import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { folderName } from './folder-name.js';
import { storageError } from './storage-error.js';

/**
 * The `campaign.jsonl` files of the campaigns of a name, the newest first; none when nothing was kept yet.
 *
 * @throws ChaosError STORAGE_FAILED when the folder cannot be read
 */
export async function listCampaigns(resultsDirectory: string, name: string): Promise<readonly string[]> {
  const parent = resolve(resultsDirectory, folderName(name));
  try {
    const entries = await readdir(parent, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .toSorted()
      .toReversed()
      .map((time) => join(parent, time, 'campaign.jsonl'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw storageError('read', parent, error);
  }
}
