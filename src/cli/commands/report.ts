import { realpath } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { judgeCampaign } from '../../judge/campaign/judge-campaign.js';
import type { Fold } from '../../model/fold.js';
import { renderCampaignReport } from '../../report/campaign/render-campaign-report.js';
import { renderReport, type ReportFormat } from '../../report/render-report.js';
import { reportData } from '../../report/report-data.js';
import { findCampaignFile } from '../../store/find-campaign-file.js';
import { findRun } from '../../store/find-run.js';
import { readCampaignEvents } from '../../store/read-campaign-events.js';
import { readEvents } from '../../store/read-events.js';
import { writeFileAtomically } from '../../store/write-file-atomically.js';
import { comparedTimelines } from '../compared-timelines.js';
import { ForeignLines } from '../foreign-lines.js';
import { roundLinks } from '../round-links.js';

export interface ReportOptions {
  readonly format: ReportFormat;
  /** Default: what is printed is the report itself. */
  readonly out?: string;
  readonly color: boolean;
  /** Told of lines that are no events, and that were skipped. */
  readonly warn: (text: string) => void;
}

/**
 * Judges a saved run or campaign again from its events and renders it; nothing is executed.
 *
 * @returns what belongs on standard output
 * @throws ChaosError INVALID_INPUT when there is none at the path, STORAGE_FAILED when it cannot be read or written
 */
export async function reportSaved(path: string, options: ReportOptions): Promise<string> {
  const { out } = options;
  const campaign = await findCampaignFile(path);
  const text =
    campaign === null
      ? await runReport(await findRun(path), options)
      : await campaignReport(campaign, options);
  if (out === undefined) return text;
  await writeFileAtomically(resolve(out), text);
  return `${out}\n`;
}

async function runReport(file: string, { format, out, color, warn }: ReportOptions): Promise<string> {
  const foreign = new ForeignLines(file, warn);
  const data = await folded(reportData, readEvents(file, foreign.onForeign));
  foreign.end();
  return renderReport(format, data, {
    color: color && out === undefined,
    // `latest` will be another one tomorrow.
    folder: relative(process.cwd(), await realpath(dirname(file))),
  });
}

async function campaignReport(file: string, { format, out, color, warn }: ReportOptions): Promise<string> {
  const foreign = new ForeignLines(file, warn);
  const results = await folded(judgeCampaign, readCampaignEvents(file, foreign.onForeign));
  foreign.end();
  const folder = dirname(file);
  // Links lead from a page in the campaign's folder, and from nowhere else.
  const beside = out !== undefined && dirname(resolve(out)) === folder;
  const links = beside ? await roundLinks(folder, results) : undefined;
  const timelines =
    format === 'html' && results.kind === 'compare' ? await comparedTimelines(results, folder) : undefined;
  return renderCampaignReport(format, results, { color: color && out === undefined, links, timelines });
}

async function folded<State, Result, Event>(
  fold: Fold<State, Result, Event>,
  events: AsyncIterable<Event>,
): Promise<Result> {
  let state = fold.init();
  for await (const event of events) state = fold.step(state, event);
  return fold.result(state);
}
