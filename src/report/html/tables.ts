import { criterionSentence } from '../../judge/criterion-sentence.js';
import { formatNumber, formatResponse, formatShare } from '../../judge/quantity.js';
import { formatMs } from '../../model/duration.js';
import type { CriterionResult, ResponseTimes, ScenarioMetrics } from '../../model/results.js';
import type { Tone } from '../five-answers.js';
import type { ReportData } from '../report-data.js';
import { type Html, html, type HtmlPart } from './html.js';

/**
 * A table that scrolls by itself where it is too wide for the page.
 *
 * @param label - names it, so that the keyboard can reach and scroll it; its long words are broken
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly HtmlPart[])[],
  label: string | null = null,
): Html {
  const around = label === null ? null : html` wrap" tabindex="0" role="region" aria-label="${label}`;
  return html`<div class="scroll${around}"><table><thead><tr>${head.map((text) => html`<th>${text}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

/** Response times and health by scenario and probe, with why samples failed. */
export function responseTable({ results, details }: ReportData): Html {
  const failures = details.failures.filter(({ reasons }) => reasons.length > 0);
  return html`${table(
    ['scenario', 'probe', '', 'answers', 'median', 'p95', 'p99', 'slowest'],
    results.metrics.scenarios.flatMap(responseRows),
  )}
${
  failures.length === 0
    ? null
    : html`<h3>Why answers failed</h3>${table(
        ['probe', 'times', 'reason'],
        failures.flatMap(({ probe, reasons }) =>
          reasons.map(({ reason, count }) => [probe, formatNumber(count), reason]),
        ),
      )}`
}`;
}

function responseRows({ scenario, probes }: ScenarioMetrics): readonly (readonly HtmlPart[])[] {
  return probes.flatMap(({ probe, responseTimes: { before, during, after } }) => [
    [scenario, probe, 'before', ...timeCells(before)],
    ['', '', 'during', ...timeCells(during)],
    ['', '', 'after', ...timeCells(after)],
  ]);
}

function timeCells(times: ResponseTimes | null): readonly string[] {
  if (times === null) return ['0', '–', '–', '–', '–'];
  const { count, p50Ms, p95Ms, p99Ms, maxMs } = times;
  return [formatNumber(count), ...[p50Ms, p95Ms, p99Ms, maxMs].map(formatResponse)];
}

/** When each system was well again, and how long it was not. */
export function recoveryTable({ results }: ReportData): Html {
  const rows = results.metrics.scenarios.flatMap(({ scenario, probes }) => {
    const recovered = results.scenarios.find(({ name }) => name === scenario);
    return probes.map((probe, i) => [
      i === 0 ? scenario : '',
      i === 0 ? recoveryText(recovered?.recovered ?? null, recovered?.recoveryTimeSeconds ?? null) : '',
      probe.probe,
      probe.longestOutageMs === 0 ? 'none' : formatMs(probe.longestOutageMs),
      share(probe.availabilityByTime),
      share(probe.availabilityBySamples),
    ]);
  });
  if (rows.length === 0) return html`<p>Nothing was injected, so nothing had to recover.</p>`;
  return html`${table(
    ['scenario', 'well again', 'probe', 'longest outage', 'time up', 'answers that were well'],
    rows,
  )}<p class="muted">Counted from injection to the end of recovery.</p>`;
}

const share = (value: number | null) => (value === null ? '–' : formatShare(value));

function recoveryText(recovered: boolean | null, seconds: number | null): Html {
  if (recovered === null) return html`<span class="unsure">? not observed</span>`;
  if (!recovered || seconds === null) return html`<span class="bad">✗ never</span>`;
  return html`<span class="good">✓ after ${formatMs(seconds * 1_000)}</span>`;
}

/** Every criterion, with what was observed. */
export function criteriaTable(criteria: readonly CriterionResult[]): Html {
  if (criteria.length === 0) return html`<p>No criterion was judged: nothing was injected.</p>`;
  return table(
    ['', 'criterion', 'scenario', 'what was observed'],
    criteria.map((criterion) => [
      mark(criterion.held),
      criterion.name,
      criterion.scenario,
      criterionSentence(criterion),
    ]),
  );
}

function mark(held: boolean | null): Html {
  const [tone, text]: readonly [Tone, string] =
    held === null ? ['unsure', '? unknown'] : held ? ['good', '✓ held'] : ['bad', '✗ broken'];
  return html`<span class="${tone}">${text}</span>`;
}
