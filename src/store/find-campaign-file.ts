import { findSavedFile } from './find-saved-file.js';

/** The `campaign.jsonl` that a person means by a path, as `findRun` finds a run's events; null when there is none. */
export function findCampaignFile(path: string): Promise<string | null> {
  return findSavedFile(path, 'campaign.jsonl');
}
