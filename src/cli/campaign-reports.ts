import { join } from 'node:path';
import type { CampaignResults } from '../model/campaign-results.js';
import type { EventSink } from '../model/events.js';
import { renderCampaignReport } from '../report/campaign/render-campaign-report.js';
import { writeFileAtomically } from '../store/write-file-atomically.js';
import { comparedTimelines } from './compared-timelines.js';
import { roundLinks } from './round-links.js';
import { type ReportWriter, reportWriter } from './write-reports.js';

/** What becomes of a campaign's reports. */
export interface CampaignReports {
  /** For the campaign: each round gets `report.html` and `junit.xml` into its folder when it has ended. */
  readonly hooks: {
    readonly onRunEvent: EventSink;
    readonly onRoundEnded: (folder: string | null) => Promise<void>;
  };
  /**
   * Writes `report.html` and `junit.xml` of the campaign into its folder, with links to those of its rounds.
   *
   * @returns where the report is; null when nothing is kept, or when it could not be written, which changes no verdict and
   * is only said
   */
  write(folder: string | null, results: CampaignResults): Promise<string | null>;
}

/**
 * The reports of a campaign and of its rounds, for every command that runs one.
 *
 * @param warn - told what could not be written
 */
export function campaignReports(warn: (text: string) => void): CampaignReports {
  let round: ReportWriter = reportWriter();
  return {
    hooks: {
      onRunEvent: (event) => {
        if (event.type === 'run-started') round = reportWriter();
        round.onEvent(event);
      },
      onRoundEnded: async (folder) => {
        if (folder !== null) await round.write(folder, warn);
      },
    },
    write: async (folder, results) => {
      if (folder === null) return null;
      try {
        const path = join(folder, 'report.html');
        const links = await roundLinks(folder, results);
        const timelines = results.kind === 'compare' ? await comparedTimelines(results, folder) : undefined;
        await writeFileAtomically(path, await renderCampaignReport('html', results, { links, timelines }));
        await writeFileAtomically(join(folder, 'junit.xml'), await renderCampaignReport('junit', results));
        return path;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        warn(`warning: the report could not be written: ${why}\n`);
        return null;
      }
    },
  };
}
