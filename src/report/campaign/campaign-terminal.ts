import { formatNumber, formatResponse } from '../../judge/quantity.js';
import type { CampaignResults } from '../../model/campaign-results.js';
import { answerLine, headLine, plain, seriesLine } from '../terminal-lines.js';
import type { TerminalOptions } from '../terminal-report.js';
import { campaignDocument } from './campaign-document.js';
import { headingOf } from './heading-of.js';
import { roundNumbers } from './round-numbers.js';
import { roundsOf } from './rounds-of.js';
import { reasonOf } from './sentence-of.js';

/** A campaign in at most ten lines: verdict, five answers, the most telling numbers, response times, advice, seed. */
export function renderCampaignTerminal(results: CampaignResults, { color }: TerminalOptions): string {
  const { name, reason, recommendations, roundsRun, seed, campaignId, stoppedBy } = results;
  const why = stoppedBy === null || reason.includes(stoppedBy.detail) ? '' : `: ${stoppedBy.detail}`;
  const stopped = stoppedBy === null ? '' : `; stopped by ${stoppedBy.by}${why}`;
  const { answers, headline } = campaignDocument(results, new Set());
  const more = recommendations.length - 1;
  const lines = [
    headLine(headingOf(results), `${name}: ${reasonOf(name, reason)}${stopped}`, color),
    ...answers.map((answer) => answerLine(answer, color)),
    `    ${plain(headline)}`,
    ...timesLine(results),
    ...recommendations
      .slice(0, 1)
      .map(
        ({ text, rounds }) =>
          `  → ${plain(text)} (in ${formatNumber(rounds)} of ${formatNumber(roundsRun)} rounds${more > 0 ? `; and ${more} more` : ''})`,
      ),
    `  seed ${seed}   campaign ${plain(campaignId)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** p95 while faults were active, round by round; over time where there are too many of them. */
function timesLine(results: CampaignResults): readonly string[] {
  const values =
    results.kind === 'continuous'
      ? results.trend.map(({ meanP95DuringMs }) => meanP95DuringMs)
      : roundsOf(results).map((round) => roundNumbers(round).p95DuringMs);
  const seen = values.filter((value) => value !== null);
  if (seen.length === 0) return [];
  const by = results.kind === 'continuous' ? 'over time' : 'by round';
  return [seriesLine(`p95 while active, ${by}`, values, `up to ${formatResponse(Math.max(...seen))}`)];
}
