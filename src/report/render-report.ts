import type { ReportData } from './report-data.js';

/** What a run's report can be. */
export const reportFormats = ['html', 'markdown', 'junit', 'json', 'terminal'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface RunReportOptions {
  /** For `terminal` alone. */
  readonly color?: boolean;
  /** For `html` alone: where the run is kept, as a command line names it. */
  readonly folder?: string;
}

/** The report of one run; renderers are loaded when they are used. */
export async function renderReport(
  format: ReportFormat,
  data: ReportData,
  { color = false, folder = 'FOLDER' }: RunReportOptions = {},
): Promise<string> {
  switch (format) {
    case 'html':
      return (await import('./html-report.js')).renderHtml(data, folder);
    case 'markdown':
      return (await import('./markdown-report.js')).renderMarkdown(data);
    case 'junit':
      return (await import('./junit-report.js')).renderJUnit(data.results);
    case 'json':
      return `${JSON.stringify(data.results, null, 2)}\n`;
    case 'terminal':
      return (await import('./terminal-report.js')).renderTerminal(data, { color });
  }
}
