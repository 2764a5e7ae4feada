import { Cron } from 'croner';
import type { CronSchedule } from './parse-cron.js';

/**
 * When a schedule is next due, strictly after a time.
 *
 * A time that the change to summer time leaves out comes right after the gap; one that comes twice counts once.
 *
 * @returns milliseconds since the epoch; null when it never is again
 */
export function nextTime({ text }: CronSchedule, timeZone: string, afterMs: number): number | null {
  const job = new Cron(text, { mode: '5-part', timezone: timeZone, paused: true });
  return job.nextRun(new Date(afterMs))?.getTime() ?? null;
}
