import { formatNumber } from '../../judge/quantity.js';
import { formatMs } from '../../model/duration.js';
import type { PlannedScenario } from '../../model/events.js';
import type { ScenarioResult } from '../../model/results.js';
import { clockText } from '../charts/axes.js';
import { exposureText, measuredText } from '../evidence-text.js';
import type { ReportData } from '../report-data.js';
import type { DecisionsOfScenario } from '../run-details.js';
import { verdictTone } from '../verdict-tone.js';
import { detailSection } from './detail-section.js';
import { type Html, html, type HtmlPart } from './html.js';
import { table } from './tables.js';

/** Each scenario: what was planned, what was injected, what proves it, which seeded choices took effect. */
export function faults({ results, details }: ReportData): Html {
  return html`${results.scenarios.map((scenario, i) =>
    fault(scenario, details.started?.scenarios[i], details.decisions[i]),
  )}`;
}

function fault(
  scenario: ScenarioResult,
  planned: PlannedScenario | undefined,
  decisions: DecisionsOfScenario | undefined,
): Html {
  const { name, verdict, reason, evidence, injectedAtMs, revertedAtMs } = scenario;
  const facts: readonly (readonly [string, HtmlPart])[] = [
    ['verdict', html`<span class="${verdictTone(verdict)}">${verdict ?? 'skipped'}</span>: ${reason}`],
    ...(planned === undefined ? [] : plannedFacts(planned)),
    [
      'active',
      injectedAtMs === null
        ? 'never injected'
        : `from ${clockText(injectedAtMs)} to ${revertedAtMs === null ? 'the end of what is known' : clockText(revertedAtMs)}`,
    ],
    ['measured', evidence === null ? 'no check was made' : measuredText(evidence.measured)],
    ['met by the target', evidence === null ? 'not known' : exposureText(evidence.exposure)],
    [
      'replayable',
      scenario.replayable ? 'yes, by its seed' : 'not exactly: not all of its choices can be seeded',
    ],
  ];
  return html`<h3>${name}</h3>
<dl class="facts">${facts.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>
${(evidence?.details ?? []).map((details) => detailSection(name, details))}
${decisions === undefined ? null : decisionTable(decisions)}`;
}

function plannedFacts(planned: PlannedScenario): readonly (readonly [string, string])[] {
  const { type, category, severity, backend, activeMs, probability, parameters, targetComponents } = planned;
  return [
    ['what', `${type} (${category}, severity ${severity}), made by the backend ${backend}`],
    ['on', targetComponents.length === 0 ? 'the target as a whole' : targetComponents.join(', ')],
    ['planned', `${formatMs(activeMs)}${probability === 1 ? '' : `, with probability ${probability}`}`],
    ['parameters', JSON.stringify(parameters)],
  ];
}

function decisionTable({ fired, samples }: DecisionsOfScenario): Html | null {
  if (fired === 0) return null;
  return html`<details><summary>${formatNumber(fired)} seeded choices took effect${
    samples.length < fired ? html`; the first ${samples.length}` : null
  }</summary>${table(
    ['time', 'where', 'call', 'what happened', 'rule'],
    samples.map(({ t, site, n, effect, rule }) => [clockText(t), site, formatNumber(n), effect, rule]),
  )}</details>`;
}
