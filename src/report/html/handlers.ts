import { handlersTable } from '../handlers-table.js';
import type { ReportData } from '../report-data.js';
import { detailSection } from './detail-section.js';
import type { Html } from './html.js';

/** The handlers of errors of the whole run, where they were observed. */
export function handlers({ results }: ReportData): Html | null {
  return results.handlers === undefined
    ? null
    : detailSection('the whole run', handlersTable(results.handlers));
}
