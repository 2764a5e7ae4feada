import { resolve } from 'node:path';
import type { CompareResults } from '../model/campaign-results.js';
import { renderCampaignReport } from '../report/campaign/render-campaign-report.js';
import type { ReportFormat } from '../report/render-report.js';
import { writeFileAtomically } from '../store/write-file-atomically.js';
import { renderCompareSummary } from './compare-summary.js';
import { comparedTimelines } from './compared-timelines.js';
import { isColored } from './is-colored.js';

export interface ToldAs {
  readonly format: ReportFormat;
  /** Goes before the format. */
  readonly json?: boolean;
  /** Default: it is printed. */
  readonly out?: string;
}

/**
 * Prints a comparison, or writes it where it was asked for.
 *
 * @param folder - where it was kept; null when it was not
 */
export async function tellComparison(
  results: CompareResults,
  folder: string | null,
  { format: asked, json, out }: ToldAs,
): Promise<void> {
  const format = json === true ? 'json' : asked;
  const color = out === undefined && isColored(process.stdout);
  const text =
    format === 'terminal'
      ? renderCompareSummary(results, { color, folder })
      : await renderCampaignReport(format, results, {
          ...(format === 'html' && { timelines: await comparedTimelines(results, folder) }),
        });
  if (out === undefined) process.stdout.write(text);
  else await writeFileAtomically(resolve(out), text);
}
