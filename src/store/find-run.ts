import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import { findSavedFile } from './find-saved-file.js';

/** Runs of a campaign that an error names. */
const mostNamed = 10;

/**
 * The `events.jsonl` that a person means by a path: of a run's folder, of a file in it (`results.json`, `events.jsonl`),
 * of a `latest` link, or of an experiment's folder, which means its latest run.
 *
 * @throws ChaosError INVALID_INPUT when there is no run, or the path means a campaign
 */
export async function findRun(path: string): Promise<string> {
  const events = await findSavedFile(path, 'events.jsonl');
  if (events !== null) return events;
  const campaign = await findSavedFile(path, 'campaign.jsonl');
  if (campaign !== null) throw await campaignInstead(dirname(campaign), path);
  throw new ChaosError('INVALID_INPUT', `expected a run's folder with events.jsonl in it, got ${path}`, {
    hint: 'give chaos_results/<experiment>/<time>, chaos_results/<experiment>/latest, or its results.json',
  });
}

/** A campaign has no events of its own: its runs have. */
async function campaignInstead(folder: string, path: string): Promise<ChaosError> {
  const rounds = await readdir(join(folder, 'rounds')).catch(() => []);
  const names = rounds.toSorted();
  const shown = names.slice(0, mostNamed).map((name) => join(folder, 'rounds', name));
  const more = names.length > mostNamed ? `\n  and ${names.length - mostNamed} more` : '';
  return new ChaosError(
    'INVALID_INPUT',
    `expected the folder of one run, got a campaign of ${names.length}: ${path}`,
    {
      hint: names.length === 0 ? 'none of its runs was kept' : `give one of\n  ${shown.join('\n  ')}${more}`,
    },
  );
}
