import { join } from 'node:path';
import type { CampaignEvent } from '../model/campaign-events.js';
import type { CampaignResults } from '../model/campaign-results.js';
import { redactUrlCredentials } from '../model/redact.js';
import { folderName } from './folder-name.js';
import { LineWriter, type LineWriterOptions } from './line-writer.js';
import { createRunFolder } from './run-folder.js';

/** Where a campaign is kept: `campaign.jsonl`, `results.json`, and `rounds/<n>-<name>/` for each of its runs. */
export interface CampaignFolder extends AsyncDisposable {
  /** Absolute. */
  readonly path: string;
  /** Takes the next event; neither waits nor throws. Each is synced: rounds are slow, and a resume builds on them. */
  append(event: CampaignEvent): void;
  /** The folder of a round, relative to the campaign's. */
  roundFolder(round: number, name: string): string;
  /** @throws ChaosError STORAGE_FAILED */
  writeResults(results: CampaignResults): Promise<void>;
}

export interface CampaignFolderOptions extends LineWriterOptions {
  readonly resultsDirectory: string;
  readonly name: string;
  readonly startedAt: Date;
}

/**
 * Creates a campaign's folder below the results directory, as a run's: `<results>/<name>/<time>/`.
 *
 * @throws ChaosError STORAGE_FAILED when it cannot be created
 */
export async function createCampaignFolder(options: CampaignFolderOptions): Promise<CampaignFolder> {
  const folder = await createRunFolder({ ...options, experimentName: options.name });
  const writer = new LineWriter(folder.outputPath('campaign.jsonl'), options);
  return {
    path: folder.path,
    append: (event) => writer.write(redactUrlCredentials(JSON.stringify(event)), true),
    roundFolder: (round, name) => join('rounds', `${String(round).padStart(4, '0')}-${folderName(name)}`),
    writeResults: (results) => folder.writeText('results.json', `${JSON.stringify(results, null, 2)}\n`),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}
