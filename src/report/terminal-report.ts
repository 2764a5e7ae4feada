import { formatResponse } from '../judge/quantity.js';
import type { ProbeTimeline } from '../judge/timeline.js';
import { type Answer, fiveAnswers } from './five-answers.js';
import type { ReportData } from './report-data.js';
import { terminalDetails } from './terminal-details.js';
import { answerLine, plain, seriesLine, verdictLine } from './terminal-lines.js';

export interface TerminalOptions {
  readonly color: boolean;
}

/**
 * A run in at most ten lines: verdict, five answers, response times over time, first advice, seed; between them what faults
 * show of themselves, below them the last output of a target that failed.
 */
export function renderTerminal(data: ReportData, { color }: TerminalOptions): string {
  const { results, timeline } = data;
  const more = results.recommendations.length - 1;
  const lines = [
    verdictLine(results.verdict, `${results.experiment}: ${results.reason}`, color),
    ...fiveAnswers(data).map((answer, i) => answerLine(i === 1 ? withProof(answer) : answer, color)),
    ...timeline.probes
      .filter(({ buckets }) => buckets.length > 0)
      .slice(0, 2)
      .map(timesLine),
    ...terminalDetails(results),
    ...results.recommendations
      .slice(0, 1)
      .map((text) => `  → ${plain(text)}${more > 0 ? ` (and ${more} more)` : ''}`),
    `  seed ${results.seed}   run ${plain(results.runId)}`,
    ...results.lastOutput.map((line) => `  target output  ${plain(line)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** One measurement says more than `yes`; several have their place in the longer reports. */
function withProof(answer: Answer): Answer {
  const [proof] = answer.details;
  if (proof === undefined || answer.details.length > 1) return answer;
  return { ...answer, answer: `${answer.answer}: ${proof}` };
}

function timesLine({ probe, buckets, bucketMs }: ProbeTimeline): string {
  const first = buckets[0]?.fromMs ?? 0;
  const last = buckets.at(-1)?.fromMs ?? 0;
  const values: (number | null)[] = Array.from(
    { length: Math.round((last - first) / bucketMs) + 1 },
    () => null,
  );
  for (const { fromMs, p95Ms } of buckets) values[Math.round((fromMs - first) / bucketMs)] = p95Ms;
  const slowest = Math.max(...buckets.map(({ p95Ms }) => p95Ms));
  return seriesLine(`p95 of ${probe}`, values, `up to ${formatResponse(slowest)}`);
}
