import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CampaignKind } from '../model/campaign-events.js';
import { ChaosError } from '../model/chaos-error.js';
import { folderName } from './folder-name.js';
import { readCampaignEvents } from './read-campaign-events.js';

/**
 * The folder of the latest campaign of this kind and name below a results directory.
 *
 * @throws ChaosError INVALID_INPUT when there is none
 */
export async function findCampaign(
  resultsDirectory: string,
  name: string,
  kind: CampaignKind,
): Promise<string> {
  const parent = resolve(resultsDirectory, folderName(name));
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  // Their names are times. The `latest` link may point to a single run.
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  for (const folder of folders.toSorted().toReversed()) {
    const path = join(parent, folder);
    if ((await kindOf(path)) === kind) return path;
  }
  throw new ChaosError('INVALID_INPUT', `expected a campaign of kind ${kind} in ${parent}, found none`, {
    hint: 'start one first, or say with --results where it was kept',
  });
}

async function kindOf(folder: string): Promise<CampaignKind | null> {
  try {
    for await (const event of readCampaignEvents(join(folder, 'campaign.jsonl'))) {
      return event.type === 'campaign-started' ? event.kind : null;
    }
  } catch {
    // A folder of a single run has no such file, and one that cannot be read is none to go on with.
  }
  return null;
}
