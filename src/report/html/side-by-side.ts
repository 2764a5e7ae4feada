import type { ProbeTimeline, Timeline } from '../../judge/timeline.js';
import { timelineFigure } from '../charts/timeline-figure.js';
import { type Html, html } from './html.js';

/** One run of each side over time. */
export interface ComparedTimelines {
  readonly scenario: string;
  readonly base: { readonly label: string; readonly run: Timeline };
  readonly head: { readonly label: string; readonly run: Timeline };
}

/** Scenarios beyond these have their numbers in the table. */
const mostPairs = 12;

/** Timelines of base and head beside each other, on the same scales, a pair for each scenario and probe. */
export function sideBySide(all: readonly ComparedTimelines[]): Html | null {
  if (all.length === 0) return null;
  return html`<h2>Timelines side by side</h2>
<p>For each scenario the run of either side whose p95 is in the middle.</p>
${all.slice(0, mostPairs).map(pair)}
${all.length > mostPairs ? html`<p class="muted">${all.length - mostPairs} more scenarios have their numbers in the table.</p>` : null}`;
}

function pair({ scenario, base, head }: ComparedTimelines, i: number): Html {
  const probes = base.run.probes.filter(({ buckets }) => buckets.length > 0);
  return html`<h3>${scenario}</h3>
${probes.map((ofBase, j) => {
  const ofHead = head.run.probes.find(({ probe, buckets }) => probe === ofBase.probe && buckets.length > 0);
  if (ofHead === undefined) return null;
  const atLeastMs = Math.max(slowestMs(ofBase), slowestMs(ofHead));
  const endMs = Math.max(base.run.endMs, head.run.endMs);
  const figures = [
    { side: 'base', label: base.label, run: base.run, probe: ofBase },
    { side: 'head', label: head.label, run: head.run, probe: ofHead },
  ].map(
    ({ side, label, run, probe }) =>
      html`<div><p class="muted">${side}: ${label}</p>${timelineFigure({ id: `${side}-${i}-${j}`, run: { ...run, endMs }, probe, limitsMs: [], atLeastMs })}</div>`,
  );
  return html`<div class="sides">${figures}</div>`;
})}`;
}

function slowestMs({ buckets }: ProbeTimeline): number {
  return Math.max(0, ...buckets.map(({ maxMs }) => maxMs));
}
