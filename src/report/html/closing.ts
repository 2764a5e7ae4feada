import type { ReportData } from '../report-data.js';
import { type Html, html } from './html.js';

/** What to do next, with the numbers of this run that say so. */
export function advice({ results: { recommendationDetails: all } }: ReportData): Html {
  if (all.length === 0) return html`<p>Nothing stood out.</p>`;
  return html`<ol class="advice">${all.map(
    ({ scenario, evidence, action }) =>
      html`<li><strong>${action}.</strong><br><span class="muted">${scenario}: ${evidence}</span></li>`,
  )}</ol>`;
}

/** The seed, and how the run is repeated with the same choices. */
export function repeat({ results: { seed, scenarios } }: ReportData, folder: string): Html {
  const inexact = scenarios.filter(({ replayable }) => !replayable).map(({ name }) => name);
  return html`<p>The same choices at the same calls, as this run wrote them down:</p>
<pre>chaosx replay ${quoted(folder)}</pre>
<p>Or a new run with the same seed, which every random choice comes from:</p>
<pre>chaosx run FILE --seed ${seed}</pre>
<p class="muted">Replay says how many decisions of this run happened again.</p>
${inexact.length === 0 ? null : html`<p class="muted">Not all choices can be seeded in: ${inexact.join(', ')}.</p>`}`;
}

/** As a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w./@%+,:=-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** The target's last words, when it failed. */
export function lastOutput({ results }: ReportData): Html | null {
  if (results.lastOutput.length === 0) return null;
  return html`<h2>The target's last output</h2>
<pre>${results.lastOutput.join('\n')}</pre>`;
}

/** Where the run took place. */
export function environment({ results, details }: ReportData): Html {
  const { environment: seen, runId } = results;
  const facts = [
    ['run', runId],
    ['started', results.startedAt],
    ['status', results.status],
    ['chaosx', seen.chaosx],
    ['Node.js', seen.node],
    ['platform', seen.platform],
    [
      'probes',
      (details.started?.probes ?? []).map(({ name, everyMs }) => `${name} every ${everyMs} ms`).join(', '),
    ],
  ] as const;
  return html`<dl class="facts">${facts.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`;
}
