import { formatShare } from '../judge/quantity.js';
import type { SuiteResults } from '../model/campaign-results.js';
import {
  leftOutText,
  metText,
  noticedText,
  standingWords,
  suiteHeadline,
  tallyText,
} from '../report/campaign/suite-document.js';
import { emphasis } from './emphasis.js';
import { table } from './table.js';

export interface SuiteSummaryOptions {
  readonly color: boolean;
  /** Where the campaign was written. */
  readonly folder: string | null;
}

/** More tests than these are in the report alone. */
const mostTests = 20;

/** What a suite showed: scenario by scenario, then the tests that do not pass always. */
export function renderSuiteSummary(results: SuiteResults, { color, folder }: SuiteSummaryOptions): string {
  const { verdict, name, reason, byScenario, tests, recommendations, roundsRun, seed, stoppedBy } = results;
  const failing = tests.filter(({ standing }) => standing !== 'passes-always');
  const first = failing
    .flatMap(({ under }) => under)
    .find(({ failed, folder: of }) => failed > 0 && of !== null);
  const lines = [
    `${emphasis(verdict, color)}  ${emphasis(name, color)}`,
    `  ${reason}`,
    ...(stoppedBy === null || reason.includes(stoppedBy.detail) ? [] : [`  stopped: ${stoppedBy.detail}`]),
    `  ${suiteHeadline(results)}`,
    '',
    ...table([
      ['scenario', 'verdict', 'counted', 'left out', 'met', 'noticed by', 'pass rate'],
      ...byScenario.map((each) => [
        each.scenario,
        each.verdict,
        `${each.counted} of ${each.runs}`,
        leftOutText(each),
        metText(each),
        noticedText(each),
        each.passRate?.mean == null ? '–' : formatShare(each.passRate.mean),
      ]),
    ]).map((line) => `  ${line}`),
    ...(failing.length === 0 ? [] : ['']),
    ...failing
      .slice(0, mostTests)
      .flatMap(({ id, standing, undisturbed, under }) => [
        `  ${standingWords[standing]}: ${id}${undisturbed.failed > 0 ? `: ${tallyText(undisturbed)} without chaos` : ''}`,
        ...under.map(
          (each) =>
            `    ${each.scenario}: ${tallyText(each)}${each.harness === 0 ? '' : `, ${each.harness} more of the harness`}${each.failed > 0 ? `, ${each.certainty}` : ''}: ${each.message}`,
        ),
      ]),
    ...(failing.length > mostTests ? [`  and ${failing.length - mostTests} more, in the report`] : []),
    ...recommendations.map(({ text, rounds }) => `  → ${text} (${rounds} of ${roundsRun} runs)`),
    `  seed ${seed}`,
    ...(folder === null ? [] : [`  results ${folder}/results.json`]),
    ...(folder === null || first === undefined
      ? []
      : [`  replay  chaosx suite --replay ${folder}/${first.folder}`]),
  ];
  return `${lines.join('\n')}\n`;
}
