import { calendarDay } from '../../model/calendar-day.js';
import { rotation } from '../rotation.js';
import { nextTime } from './next-time.js';
import type { CronSchedule } from './parse-cron.js';

/** Enough to see a weekly schedule meet each turn of a rotation that it can meet. */
const daysLookedAt = 200;
const hourMs = 3_600_000;

/** Choices whose turn never falls on a day of the schedule, e.g. of seven with a weekly one. */
export function neverDue<T>(
  choices: readonly T[],
  count: number,
  { schedule, timeZone, fromMs }: { schedule: CronSchedule; timeZone: string; fromMs: number },
): readonly T[] {
  const left = new Set(choices);
  const days = new Set<number>();
  let at = nextTime(schedule, timeZone, fromMs);
  while (at !== null && left.size > 0 && days.size < daysLookedAt) {
    const { number } = calendarDay(at, timeZone);
    if (!days.has(number)) for (const choice of rotation(choices, count, number).today) left.delete(choice);
    days.add(number);
    // Each day that has a start has the same ones: one of them is enough.
    at = nextTime(schedule, timeZone, at + hourMs - 1);
  }
  return [...left];
}
