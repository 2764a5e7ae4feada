import { dirname, join, relative } from 'node:path';
import { type SuiteSettings, suiteSettingsOf } from '../judge/campaign/suite-settings.js';
import { ChaosError } from '../model/chaos-error.js';
import type { RunStarted } from '../model/events.js';
import type { RoundSummary } from '../model/round-summary.js';
import type { SuiteRun } from '../model/suite.js';
import { findRun } from '../store/find-run.js';
import { readCampaignEvents } from '../store/read-campaign-events.js';
import { readEvents } from '../store/read-events.js';

/** A saved run of a suite, and the suite that it belongs to. */
export interface SavedSuiteRun {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  readonly started: RunStarted;
  readonly settings: SuiteSettings;
  readonly summary: RoundSummary;
  readonly suite: SuiteRun;
}

/**
 * Reads a saved run of a suite.
 *
 * @param path - of its folder, or of a file in it
 * @throws ChaosError INVALID_INPUT when it is none, or did not show what its tests came to
 */
export async function readSuiteRound(path: string): Promise<SavedSuiteRun> {
  const events = await findRun(path);
  const folder = dirname(events);
  const campaign = dirname(dirname(folder));
  const started = await startOf(events);
  let head: { readonly name: string; readonly settings: SuiteSettings } | null = null;
  let summary: RoundSummary | null = null;
  for await (const event of readCampaignEvents(join(campaign, 'campaign.jsonl'))) {
    if (event.type === 'campaign-started') {
      if (event.kind !== 'suite') throw notOfSuite(path, `one of a campaign of kind ${event.kind}`);
      head = { name: event.name, settings: suiteSettingsOf(event.settings) };
    }
    if (event.type === 'round-ended' && event.summary.folder === relative(campaign, folder))
      summary = event.summary;
  }
  if (started === null || head === null || summary === null) throw notOfSuite(path, 'a run without a suite');
  if (summary.suite === undefined)
    throw notOfSuite(path, `a run in which the command was not run: ${summary.reason}`);
  return { folder, ...head, started, summary, suite: summary.suite };
}

async function startOf(path: string): Promise<RunStarted | null> {
  for await (const event of readEvents(path)) return event.type === 'run-started' ? event : null;
  return null;
}

function notOfSuite(path: string, got: string): ChaosError {
  return new ChaosError('INVALID_INPUT', `expected a run of a suite, got ${got}: ${path}`, {
    hint: 'give chaos_results/<suite>/<time>/rounds/<run>; `chaosx replay` repeats runs of experiments',
  });
}
