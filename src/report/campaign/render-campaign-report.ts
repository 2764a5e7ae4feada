import type { CampaignResults } from '../../model/campaign-results.js';
import { redactUrlCredentials } from '../../model/redact.js';
import type { ReportFormat } from '../render-report.js';
import type { ComparedTimelines } from '../html/side-by-side.js';
import type { RoundLinks } from './rounds-table.js';

export interface CampaignReportOptions {
  /** For `terminal` alone. */
  readonly color?: boolean;
  /** For `html` alone: rounds whose reports lie beside it. */
  readonly links?: RoundLinks | undefined;
  /** For `html` of a comparison: runs of both sides over time. */
  readonly timelines?: readonly ComparedTimelines[] | undefined;
}

/** The report of a campaign of any kind; renderers are loaded when they are used. */
export async function renderCampaignReport(
  format: ReportFormat,
  results: CampaignResults,
  { color = false, links = new Set(), timelines = [] }: CampaignReportOptions = {},
): Promise<string> {
  const told = JSON.parse(redactUrlCredentials(JSON.stringify(results))) as CampaignResults;
  switch (format) {
    case 'html':
      return (await import('./campaign-html.js')).renderCampaignHtml(told, links, timelines);
    case 'markdown':
      return (await import('./campaign-markdown.js')).renderCampaignMarkdown(told);
    case 'junit':
      return (await import('./campaign-junit.js')).renderCampaignJUnit(told);
    case 'json':
      return `${JSON.stringify(told, null, 2)}\n`;
    case 'terminal':
      return (await import('./campaign-terminal.js')).renderCampaignTerminal(told, { color });
  }
}
