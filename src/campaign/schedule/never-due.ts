import { calendarDay } from '../../model/calendar-day.js';
import { rotation } from '../rotation.js';
import { nextTime } from './next-time.js';
import type { CronSchedule } from './parse-cron.js';

/** Enough to see a weekly schedule meet each turn of a rotation that it can meet. */
const startsLookedAt = 200;

/** Choices whose turn never falls on a day of the schedule, e.g. of seven with a weekly one. */
export function neverDue<T>(
  choices: readonly T[],
  count: number,
  { schedule, timeZone, fromMs }: { schedule: CronSchedule; timeZone: string; fromMs: number },
): readonly T[] {
  const left = new Set(choices);
  let at = nextTime(schedule, timeZone, fromMs);
  for (let starts = 0; at !== null && left.size > 0 && starts < startsLookedAt; starts += 1) {
    for (const choice of rotation(choices, count, calendarDay(at, timeZone).number).today)
      left.delete(choice);
    at = nextTime(schedule, timeZone, at);
  }
  return [...left];
}
