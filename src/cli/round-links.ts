import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { CampaignResults } from '../model/campaign-results.js';
import { shownRounds } from '../report/campaign/shown-rounds.js';

/** The rounds that have a report in the campaign's folder: their folders, relative to it. */
export async function roundLinks(folder: string, results: CampaignResults): Promise<ReadonlySet<string>> {
  const links = new Set<string>();
  for (const round of shownRounds(results)) {
    if (round.folder !== null && (await exists(join(folder, round.folder, 'report.html'))))
      links.add(round.folder);
  }
  return links;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
