import type { RoundSummary } from '../model/round-summary.js';
import { formatMs } from '../model/duration.js';

/** One line for a run of a campaign: what was broken, what came of it, how long it took to come back. */
export function roundLine(label: string, { verdict, reason, scenarios }: RoundSummary): string {
  const names = scenarios.map(({ name }) => name).join(', ');
  const recovery = scenarios.flatMap(({ recoveryTimeSeconds }) => recoveryTimeSeconds ?? []);
  const back = recovery.length === 0 ? '' : `; back after ${formatMs(1_000 * Math.max(...recovery))}`;
  return `  ${label}  ${names.padEnd(20)}  ${verdict.padEnd(13)}  ${reason}${back}\n`;
}
