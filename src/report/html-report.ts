import { advice, environment, lastOutput, repeat } from './html/closing.js';
import { faults } from './html/faults.js';
import { figures } from './html/figures.js';
import { handlers } from './html/handlers.js';
import { html } from './html/html.js';
import { overview } from './html/overview.js';
import { page } from './html/page.js';
import { criteriaTable, recoveryTable, responseTable } from './html/tables.js';
import type { ReportData } from './report-data.js';

/**
 * The report of one run as one file without scripts or requests: for a browser, a mail, a printer.
 *
 * @param folder - where the run is kept, as a command line names it
 * @returns less than 1 MB, however long the run was
 */
export function renderHtml(data: ReportData, folder: string): string {
  const { experiment, verdict } = data.results;
  return page(
    `${verdict}: ${experiment}`,
    html`${overview(data)}
<main>
${figures(data)}
${responseTable(data)}
<h2>Recovery</h2>
${recoveryTable(data)}
<h2>Criteria</h2>
${criteriaTable(data.results.criteria)}
<h2>What was injected</h2>
${faults(data)}
${handlers(data)}
${lastOutput(data)}
<h2>What to do</h2>
${advice(data)}
<h2>Repeat it</h2>
${repeat(data, folder)}
<h2>Environment</h2>
${environment(data)}
</main>`,
  );
}
