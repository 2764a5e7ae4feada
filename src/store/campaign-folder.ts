import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CampaignEvent } from '../model/campaign-events.js';
import type { CampaignResults } from '../model/campaign-results.js';
import { ChaosError } from '../model/chaos-error.js';
import { redactUrlCredentials } from '../model/redact.js';
import { folderName } from './folder-name.js';
import { LineWriter, type LineWriterOptions } from './line-writer.js';
import { mendLastLine } from './mend-last-line.js';
import { createRunFolder, createRunFolderAt, type RunFolder } from './run-folder.js';
import { storageError } from './storage-error.js';

/** Where a campaign is kept: `campaign.jsonl`, `results.json`, and `rounds/<n>-<name>/` for each of its runs. */
export interface CampaignFolder extends AsyncDisposable {
  /** Absolute. */
  readonly path: string;
  /** Takes the next event; neither waits nor throws. Each is synced: rounds are slow, and a resume builds on them. */
  append(event: CampaignEvent): void;
  /** The folder of a round, relative to the campaign's. */
  roundFolder(round: number, name: string): string;
  /**
   * Removes the folder of a round, as `roundFolder` names it, and all in it.
   *
   * @throws ChaosError INVALID_INPUT for a path that is not one of a round; STORAGE_FAILED
   */
  removeRound(folder: string): Promise<void>;
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
  return campaignFolderIn(folder, options);
}

/**
 * Opens the folder of a campaign that an earlier process began, to go on in it.
 *
 * @throws ChaosError STORAGE_FAILED when it cannot be read or written
 */
export async function openCampaignFolder(path: string, options: LineWriterOptions): Promise<CampaignFolder> {
  const folder = await createRunFolderAt(path);
  await mendLastLine(folder.outputPath('campaign.jsonl'));
  // Those of the earlier process: with them the campaign would look as if it were over.
  const results = folder.outputPath('results.json');
  await rm(results, { force: true }).catch((error: unknown) => {
    throw storageError('remove', results, error);
  });
  return campaignFolderIn(folder, options);
}

function campaignFolderIn(folder: RunFolder, options: LineWriterOptions): CampaignFolder {
  const writer = new LineWriter(folder.outputPath('campaign.jsonl'), options);
  return {
    path: folder.path,
    append: (event) => writer.write(redactUrlCredentials(JSON.stringify(event)), true),
    roundFolder: (round, name) => join('rounds', `${String(round).padStart(4, '0')}-${folderName(name)}`),
    removeRound: (round) => removeRound(folder.path, round),
    writeResults: (results) => folder.writeText('results.json', `${JSON.stringify(results, null, 2)}\n`),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}

/** The name of a round may come from a file that somebody changed: nothing outside of `rounds` is ever removed. */
async function removeRound(campaign: string, folder: string): Promise<void> {
  const path = join(campaign, folder);
  if (dirname(path) !== join(campaign, 'rounds')) {
    throw new ChaosError('INVALID_INPUT', `expected the folder of a round, got ${JSON.stringify(folder)}`);
  }
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw storageError('remove', path, error);
  }
}
