import { styleText } from 'node:util';
import type { ProbeProgress, Progress } from '../judge/progress.js';
import { formatMs } from '../model/duration.js';

export interface LiveOptions {
  readonly color: boolean;
  readonly columns: number;
}

/** On a narrower terminal the bar would push the countdown off its line. */
const leastForBar = 70;

/** The lines that are redrawn while a run runs: phase with countdown, one health line a probe, live p95. */
export function liveLines(progress: Progress, t: number, { color, columns }: LiveOptions): readonly string[] {
  const paint = (style: 'green' | 'red' | 'dim' | 'cyan', text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const scenario =
    progress.scenario === null
      ? ''
      : ` ${progress.scenario.name} (${progress.scenario.index + 1} of ${progress.scenario.count})`;
  const lines = [
    '',
    `${paint('cyan', progress.phase)}${scenario}${countdown(progress, t, columns >= leastForBar)}`,
    ...progress.probes.map((probe) => {
      const good = probe.last?.outcome === 'passed';
      const mark = probe.last === null ? paint('dim', '·') : good ? paint('green', '✓') : paint('red', '✗');
      return `  ${mark} ${healthText(probe, Math.max(20, columns - 4))}`;
    }),
    paint('dim', `  p95 of the last 10 s: ${progress.p95Ms === null ? '–' : formatMs(progress.p95Ms)}`),
  ];
  return lines;
}

function countdown({ plannedMs, phaseStartedAt }: Progress, t: number, withBar: boolean): string {
  const passed = t - phaseStartedAt;
  if (plannedMs === null) return `  ${formatMs(passed)}`;
  const share = plannedMs === 0 ? 1 : Math.min(1, passed / plannedMs);
  const bar = withBar ? `${'█'.repeat(Math.round(share * 20)).padEnd(20, '░')} ` : '';
  return `  ${bar}${formatMs(Math.max(0, plannedMs - passed))} left`;
}

function healthText({ probe, last, passed, failed }: ProbeProgress, width: number): string {
  if (last === null) return `${probe}  waiting for the first answer`;
  const detail = last.outcome === 'passed' || last.detail === undefined ? '' : `: ${last.detail}`;
  const text = `${probe}  ${last.outcome} in ${formatMs(last.latencyMs)}  (${passed} passed, ${failed} failed)${detail}`;
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
