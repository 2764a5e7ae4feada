import { join, relative } from 'node:path';
import type { EventSink } from '../model/events.js';
import type { Results } from '../model/results.js';
import { renderReport } from '../report/render-report.js';
import { reportData } from '../report/report-data.js';
import { verdictLine } from '../report/terminal-lines.js';
import { writeFileAtomically } from '../store/write-file-atomically.js';

/** What becomes of a run's reports. */
export interface ReportWriter {
  readonly onEvent: EventSink;
  /** The run in ten lines; in one, should its events have been more than we could follow. */
  summary(results: Results, options: { readonly color: boolean }): Promise<string>;
  /**
   * Writes `report.html` and `junit.xml` into the run's folder.
   *
   * @returns where the report is; null when it could not be written, which changes no verdict and is only said
   */
  write(folder: string, warn: (text: string) => void): Promise<string | null>;
}

/** Follows a run's events, so that nothing has to be read again. */
export function reportWriter(): ReportWriter {
  let state = reportData.init();
  let failed: { readonly error: unknown } | null = null;
  return {
    onEvent: (event) => {
      if (failed !== null) return;
      try {
        state = reportData.step(state, event);
      } catch (error) {
        failed = { error };
      }
    },
    summary: async (results, { color }) => {
      try {
        if (failed !== null) throw failed.error;
        return await renderReport('terminal', reportData.result(state), { color });
      } catch {
        return `${verdictLine(results.verdict, `${results.experiment}: ${results.reason}`, color)}\n`;
      }
    },
    write: async (folder, warn) => {
      try {
        if (failed !== null) throw failed.error;
        const data = reportData.result(state);
        const path = join(folder, 'report.html');
        await writeFileAtomically(
          path,
          await renderReport('html', data, { folder: relative(process.cwd(), folder) }),
        );
        await writeFileAtomically(join(folder, 'junit.xml'), await renderReport('junit', data));
        return path;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        warn(`warning: the report could not be written: ${why}\n`);
        return null;
      }
    },
  };
}
