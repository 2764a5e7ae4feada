import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ChaosError } from '../../model/chaos-error.js';
import { findRun } from '../../store/find-run.js';
import { folderSize } from '../../store/folder-size.js';
import { readCampaignEvents } from '../../store/read-campaign-events.js';
import { readSavedRun } from '../../store/read-saved-run.js';
import type { SavedRun } from '../../store/saved-run.js';
import { runsTable } from '../runs-table.js';
import { sizeText } from '../../model/size-text.js';
import { table } from '../table.js';
import { reportSaved } from './report.js';
import type { ShownRun } from './saved-runs.js';

export interface ShowRunOptions {
  readonly results: string;
  readonly color: boolean;
  readonly warn: (text: string) => void;
}

/**
 * One run, judged again from its events, or one campaign with its rounds; and the files of either.
 *
 * @throws ChaosError INVALID_INPUT when there is no run at the path, nor below the results directory
 */
export async function showRun(path: string, { results, color, warn }: ShowRunOptions): Promise<string> {
  const campaign = [path, join(path, 'latest'), join(results, path), join(results, path, 'latest')]
    .map((each) => readSavedRun(resolve(each)).run)
    .find((run) => run !== null && run.kind !== 'run');
  if (campaign != null) {
    return `${await campaignText(campaign, color)}\n${filesText(campaign.path)}`;
  }
  const events = await findRun(path).catch((error: unknown) =>
    findRun(join(results, path)).catch(() => {
      throw error instanceof ChaosError ? error : new Error(String(error));
    }),
  );
  const report = await reportSaved(events, { format: 'terminal', color, warn });
  return `${report}\n${filesText(dirname(events))}`;
}

async function campaignText(run: SavedRun, color: boolean): Promise<string> {
  const rounds: string[][] = [];
  for await (const event of readCampaignEvents(join(run.path, 'campaign.jsonl'))) {
    if (event.type === 'round-ended') {
      const { summary } = event;
      rounds.push([String(event.round + 1), summary.verdict, summary.reason]);
    } else if (event.type === 'round-skipped') {
      rounds.push([String(event.round + 1), 'skipped', event.why]);
    }
  }
  const shown: ShownRun = {
    ...run,
    saved: run,
    status: run.status,
    verdict: run.verdict ?? 'inconclusive',
  };
  const lines = [
    ...runsTable([shown], color),
    '',
    ...table([['round', 'verdict', 'why'], ...rounds]).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function filesText(folder: string): string {
  const rows = readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const inside = join(folder, entry.name);
      const bytes = entry.isDirectory() ? folderSize(inside) : lstatSync(inside).size;
      return [entry.isDirectory() ? `${entry.name}/` : basename(inside), sizeText(bytes)];
    });
  return `${[`  ${folder}`, ...table(rows).map((line) => `    ${line}`)].join('\n')}\n`;
}
