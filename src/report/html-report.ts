import { advice, environment, lastOutput, repeat } from './html/closing.js';
import { faults } from './html/faults.js';
import { figures } from './html/figures.js';
import { html, trustedHtml } from './html/html.js';
import { overview } from './html/overview.js';
import { style } from './html/style.js';
import { criteriaTable, recoveryTable, responseTable } from './html/tables.js';
import type { ReportData } from './report-data.js';

/** Nothing may be loaded and nothing run: what a target prints stays text even if we had forgotten to escape it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * The report of one run as one file without scripts or requests: for a browser, a mail, a printer.
 *
 * @returns less than 1 MB, however long the run was
 */
export function renderHtml(data: ReportData): string {
  const { experiment, verdict } = data.results;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${verdict}: ${experiment}</title>
<style>${trustedHtml(style)}</style>
</head>
<body>
${overview(data)}
<main>
${figures(data)}
${responseTable(data)}
<h2>Recovery</h2>
${recoveryTable(data)}
<h2>Criteria</h2>
${criteriaTable(data.results.criteria)}
<h2>What was injected</h2>
${faults(data)}
${lastOutput(data)}
<h2>What to do</h2>
${advice(data)}
<h2>Repeat it</h2>
${repeat(data)}
<h2>Environment</h2>
${environment(data)}
</main>
</body>
</html>
`.markup;
}
