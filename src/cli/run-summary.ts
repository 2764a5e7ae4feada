import { styleText } from 'node:util';
import { criterionSentence } from '../judge/criterion-sentence.js';
import { formatMs } from '../model/duration.js';
import type { CriterionResult, ResponseTimes, Results, ScenarioResult } from '../model/results.js';
import type { Verdict } from '../model/verdict.js';

export interface SummaryOptions {
  readonly color: boolean;
  /** Where the run was written. */
  readonly folder: string | null;
}

type Style = Parameters<typeof styleText>[0];

/** What a run showed, in as few lines as say it: verdict, what was broken, what was felt, what to do. */
export function renderSummary(results: Results, { color, folder }: SummaryOptions): string {
  const paint = (style: Style, text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const lines = [
    `${paint(['bold', verdictStyle(results.verdict)], results.verdict)}  ${paint('bold', results.experiment)}`,
    // With one scenario, its own line says the same.
    ...(results.scenarios.length === 1 && results.scenarios[0]?.verdict != null
      ? []
      : [`  ${results.reason}`]),
    '',
    ...results.scenarios.flatMap((scenario) => scenarioLines(scenario)),
    ...responseLines(results),
    ...results.criteria.map(criterionLine),
    ...results.lastOutput.map((line) => `  target output  ${line}`),
    ...results.recommendations.map((text) => `  ${paint('cyan', '→')} ${text}`),
    `  ${cleanText(results)}   seed ${results.seed}`,
    ...(folder === null ? [] : [`  results ${folder}/results.json`, `  replay  chaosx replay ${folder}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function verdictStyle(verdict: Verdict): 'green' | 'yellow' | 'red' {
  if (verdict === 'held') return 'green';
  return verdict === 'inconclusive' || verdict === 'not-injected' ? 'yellow' : 'red';
}

function scenarioLines({ name, verdict, reason, evidence, backend }: ScenarioResult): readonly string[] {
  const lines = [`  ${name.padEnd(20)} ${(verdict ?? 'skipped').padEnd(13)} ${reason}`];
  if (evidence === null) return lines;
  const { quantity, unit, baseline, during, expected } = evidence.measured;
  const value = (x: number | null) =>
    x === null ? 'none' : `${Number(x.toFixed(1)).toLocaleString('en-US')} ${unit}`;
  lines.push(
    `  ${''.padEnd(20)} evidence (${backend}): ${quantity} ${value(baseline)} → ${value(during)}, expected ${expected}; ${exposureText(evidence.exposure)}`,
  );
  return lines;
}

function exposureText(exposure: NonNullable<ScenarioResult['evidence']>['exposure']): string {
  switch (exposure.kind) {
    case 'counted':
      return `met by ${exposure.n.toLocaleString('en-US')} ${exposure.what}`;
    case 'shares-resource':
      return `met: ${exposure.how}`;
    case 'unknown':
      return `exposure unknown: ${exposure.why}`;
  }
}

function responseLines({ metrics }: Results): readonly string[] {
  const { before, during, after } = metrics.responseTimes;
  if (during === null) return [];
  const column = (times: ResponseTimes | null) =>
    times === null ? '–' : `${formatMs(times.p50Ms)} / ${formatMs(times.p95Ms)} / ${formatMs(times.maxMs)}`;
  return [
    `  ${'p50 / p95 / max'.padEnd(20)} before ${column(before)}   during ${column(during)}   after ${column(after)}`,
  ];
}

function criterionLine(criterion: CriterionResult): string {
  const mark = criterion.held === null ? '?' : criterion.held ? '✓' : '✗';
  return `  ${mark} ${criterion.scenario}: ${criterionSentence(criterion)}`;
}

function cleanText({ cleanExit }: Results): string {
  if (cleanExit === null) return 'clean exit: not checked';
  return cleanExit.clean ? 'clean: nothing left behind' : `LEFT BEHIND: ${cleanExit.leftovers.join('; ')}`;
}
