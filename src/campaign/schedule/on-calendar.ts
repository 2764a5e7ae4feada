import type { CronSchedule } from './parse-cron.js';

const dayNames = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const twoDigits = (value: number) => String(value).padStart(2, '0');

/**
 * The calendar expressions of systemd that are due at the times of a cron schedule.
 *
 * Where cron is due on either of two fields of days, systemd needs both: then there are two expressions, of which a timer
 * takes either. A time that is in both is one start.
 */
export function onCalendar(schedule: CronSchedule, timeZone: string | null): readonly string[] {
  const { minutes, hours, daysOfMonth, months, daysOfWeek, anyDayOfMonth, anyDayOfWeek } = schedule;
  const time = `${list(hours, 24, twoDigits)}:${list(minutes, 60, twoDigits)}:00`;
  const month = list(months, 12, twoDigits);
  const zone = timeZone === null ? '' : ` ${timeZone}`;
  // Weeks of systemd end with Sunday.
  const weekdays = daysOfWeek.map((day) => (day === 0 ? 7 : day)).toSorted((a, b) => a - b);
  const byWeekday = `${list(weekdays, 7, (day) => dayNames[day] ?? '')} *-${month}-* ${time}${zone}`;
  const byDate = `*-${month}-${list(daysOfMonth, 31, twoDigits)} ${time}${zone}`;
  if (anyDayOfWeek) return [byDate];
  // Named weekdays that are all of them: no expression has a star for them.
  const each = byWeekday.replace(/^\* /, '');
  return anyDayOfMonth ? [each] : [byDate, each];
}

/** `*`, or values with ranges where there are three or more in a row. */
function list(values: readonly number[], all: number, text: (value: number) => string): string {
  if (values.length === all) return '*';
  const parts: string[] = [];
  for (let i = 0; i < values.length; ) {
    const first = values[i] ?? 0;
    let length = 1;
    while (values[i + length] === first + length) length += 1;
    if (length >= 3) {
      parts.push(`${text(first)}..${text(first + length - 1)}`);
      i += length;
    } else {
      parts.push(text(first));
      i += 1;
    }
  }
  return parts.join(',');
}
