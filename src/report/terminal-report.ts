import { styleText } from 'node:util';
import { formatResponse } from '../judge/quantity.js';
import type { ProbeTimeline } from '../judge/timeline.js';
import { type Tone, fiveAnswers } from './five-answers.js';
import { plainText } from './plain-text.js';
import type { ReportData } from './report-data.js';
import { sparkline } from './sparkline.js';
import { verdictTone } from './verdict-tone.js';

export interface TerminalOptions {
  readonly color: boolean;
}

const styles = { good: 'green', bad: 'red', unsure: 'yellow', neutral: 'bold' } as const;
const marks: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', unsure: '?', neutral: ' ' };

/** A run in at most ten lines: verdict, five answers, response times over time, first advice, seed. */
export function renderTerminal(data: ReportData, { color }: TerminalOptions): string {
  const { results, timeline } = data;
  const paint = (tone: Tone, text: string) =>
    color ? styleText(styles[tone], text, { validateStream: false }) : text;
  const more = results.recommendations.length - 1;
  const lines = [
    `${paint(verdictTone(results.verdict), results.verdict)}  ${plain(`${results.experiment}: ${results.reason}`)}`,
    ...fiveAnswers(data).map(
      ({ question, tone, answer }) => `  ${paint(tone, marks[tone])} ${question.padEnd(29)}${plain(answer)}`,
    ),
    ...timeline.probes
      .filter(({ buckets }) => buckets.length > 0)
      .slice(0, 2)
      .map(timesLine),
    ...results.recommendations
      .slice(0, 1)
      .map((text) => `  → ${plain(text)}${more > 0 ? ` (and ${more} more)` : ''}`),
    `  seed ${results.seed}   run ${plain(results.runId)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** One line without control characters: the only colours are ours. */
function plain(text: string): string {
  return plainText(text).replaceAll('\n', ' ');
}

const widest = 50;

function timesLine({ probe, buckets, bucketMs }: ProbeTimeline): string {
  const first = buckets[0]?.fromMs ?? 0;
  const last = buckets.at(-1)?.fromMs ?? 0;
  const values: (number | null)[] = Array.from(
    { length: Math.round((last - first) / bucketMs) + 1 },
    () => null,
  );
  for (const { fromMs, p95Ms } of buckets) values[Math.round((fromMs - first) / bucketMs)] = p95Ms;
  const slowest = Math.max(...buckets.map(({ p95Ms }) => p95Ms));
  const whole = plain(probe);
  const name = whole.length > 24 ? `${whole.slice(0, 23)}…` : whole;
  return `    ${`p95 of ${name}`.padEnd(29)}${sparkline(values, widest)} up to ${formatResponse(slowest)}`;
}
