import { resolve } from 'node:path';
import { renderReport, type ReportFormat } from '../../report/render-report.js';
import { reportData } from '../../report/report-data.js';
import { findRun } from '../../store/find-run.js';
import { readEvents } from '../../store/read-events.js';
import { writeFileAtomically } from '../../store/write-file-atomically.js';

export interface ReportOptions {
  readonly format: ReportFormat;
  /** Default: what is printed is the report itself. */
  readonly out?: string;
  readonly color: boolean;
  /** Told of lines that are no events, and that were skipped. */
  readonly warn: (text: string) => void;
}

/**
 * Judges a saved run again from its events and renders it; nothing is executed.
 *
 * @returns what belongs on standard output
 * @throws ChaosError INVALID_INPUT when there is no run at the path, STORAGE_FAILED when it cannot be read or written
 */
export async function reportRun(path: string, { format, out, color, warn }: ReportOptions): Promise<string> {
  const file = await findRun(path);
  let state = reportData.init();
  let foreign = 0;
  for await (const event of readEvents(file, ({ line, why }) => {
    foreign += 1;
    if (foreign <= 3) warn(`warning: ${file}:${line} is skipped: ${why}\n`);
  })) {
    state = reportData.step(state, event);
  }
  if (foreign > 3) warn(`warning: ${foreign - 3} more lines of ${file} are skipped\n`);
  const text = await renderReport(format, reportData.result(state), { color: color && out === undefined });
  if (out === undefined) return text;
  await writeFileAtomically(resolve(out), text);
  return `${out}\n`;
}
