import type { RunStarted } from '../../model/events.js';
import { distributionFigure } from '../charts/distribution-figure.js';
import { timelineFigure } from '../charts/timeline-figure.js';
import type { ReportData } from '../report-data.js';
import { type Html, html } from './html.js';

/** Probes beyond these have their numbers in the tables. */
const mostFigures = 6;

/** Health and response times over the run, then their distributions, a figure a probe. */
export function figures({ timeline, distributions, details }: ReportData): Html {
  const seen = timeline.probes.filter(({ buckets }) => buckets.length > 0);
  if (seen.length === 0) return html`<h2>Timeline</h2><p>No probe was asked.</p>`;
  const limitsMs = limitsOf(details.started);
  const shown = seen.slice(0, mostFigures);
  const left = seen.length - shown.length;
  const curves = distributions
    .filter(({ probe }) => shown.some((one) => one.probe === probe))
    .map((one, i) => distributionFigure(`distribution-${i}`, one));
  return html`<h2>Timeline</h2>
${shown.map((probe, i) => timelineFigure({ id: `timeline-${i}`, run: timeline, probe, limitsMs }))}
${left > 0 ? html`<p class="muted">${left} more probes have their numbers in the tables below.</p>` : null}
<h2>Before, during, after</h2>
${curves}`;
}

function limitsOf(started: RunStarted | null): readonly number[] {
  if (started === null || started.criteria === 'function') return [];
  const { responseTimeMs, p95ResponseMs, maxResponseMs } = started.criteria;
  return [...new Set([responseTimeMs, p95ResponseMs, maxResponseMs])].filter((limit) => limit !== undefined);
}
