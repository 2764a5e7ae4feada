import type { CampaignStopped } from '../model/campaign-events.js';
import type { RoundSummary } from '../model/round-summary.js';

/**
 * Why no further run of a suite should follow; null: go on.
 *
 * @param before - runs without chaos so far, the latest included; null after a run with chaos
 * @param undisturbed - runs without chaos that come before the first with it
 */
export function whyNotGoOn(
  summary: RoundSummary,
  before: readonly RoundSummary[] | null,
  undisturbed: number,
): Pick<CampaignStopped, 'by' | 'detail'> | null {
  if (summary.verdict === 'leaked') return { by: 'leaked', detail: summary.reason };
  if (before === null) return null;
  const { suite } = summary;
  if (suite === undefined) return { by: 'stop-rule', detail: summary.reason };
  if (suite.problem !== null) {
    const { kind, detail } = suite.problem;
    return { by: 'stop-rule', detail: `${kind}, without chaos: ${detail}` };
  }
  if (before.length < undisturbed) return null;
  const red = alwaysFailing(before);
  if (red === null) return null;
  return { by: 'stop-rule', detail: `red without chaos: ${red} failed in each of ${before.length} runs` };
}

/** A test that failed in every run in which it was run; null when there is none. */
function alwaysFailing(before: readonly RoundSummary[]): string | null {
  const tests = before
    .flatMap(({ suite }) => suite?.tests ?? [])
    .filter(({ outcome }) => outcome !== 'skipped');
  const passed = new Set(tests.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id));
  return tests.find(({ id }) => !passed.has(id))?.id ?? null;
}
