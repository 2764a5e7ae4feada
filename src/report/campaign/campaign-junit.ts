import type { CampaignResults } from '../../model/campaign-results.js';
import type { JUnitCase } from '../junit-xml.js';
import { junitXml } from '../junit-xml.js';
import { campaignDocument } from './campaign-document.js';
import type { CampaignCase } from './document.js';
import { outcomeOf } from './round-cases.js';

/**
 * A campaign as JUnit XML: a case for the whole, and one for each thing that its kind judges. There is a failure or an
 * error exactly when the verdict is not `held`, or something got worse than on the days before.
 */
export function renderCampaignJUnit(results: CampaignResults): string {
  const { name, verdict, reason, durationSeconds, startedAt, campaignId, seed, target, kind } = results;
  const failed = verdict !== 'held' || (kind === 'daily' && results.regressed);
  const cases = campaignDocument(results, new Set()).cases.map((one) => toCase(one, failed));
  // What broke is told where it broke; a verdict that nothing else tells is told by the campaign itself.
  const told = cases.some(({ problem }) => problem !== null && problem !== 'skipped');
  const outcome = outcomeOf(verdict);
  const whole: JUnitCase = {
    name: 'campaign',
    problem:
      failed && !told
        ? { kind: outcome === 'error' ? 'error' : 'failure', message: `${verdict}: ${reason}` }
        : null,
    output: [`${verdict}: ${reason}`, ...results.recommendations.map(({ text }) => text)].join('\n'),
    seconds: durationSeconds,
  };
  return junitXml({
    name,
    verdict,
    seconds: durationSeconds,
    startedAt,
    properties: { verdict, kind, campaignId, seed: String(seed), target },
    cases: [whole, ...cases],
  });
}

function toCase({ name, outcome, message, seconds }: CampaignCase, failed: boolean): JUnitCase {
  const problem = () => {
    if (outcome === 'skipped') return 'skipped';
    return outcome === 'passed' || !failed ? null : { kind: outcome, message };
  };
  return { name, problem: problem(), output: message, seconds };
}
