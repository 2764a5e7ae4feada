import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isChaosError } from '../src/model/chaos-error.js';
import { anyCron } from './any-cron.js';
import { nextTime } from '../src/campaign/schedule/next-time.js';
import { type CronSchedule, parseCron } from '../src/campaign/schedule/parse-cron.js';

/** The next times, minute by minute: slow, and plain. */
function dueTimes(schedule: CronSchedule, fromMs: number, wanted: number): readonly string[] {
  const { minutes, hours, daysOfMonth, months, daysOfWeek, anyDayOfMonth, anyDayOfWeek } = schedule;
  const times: string[] = [];
  const day = new Date(fromMs);
  day.setUTCHours(0, 0, 0, 0);
  for (let n = 0; n < 366 * 8 && times.length < wanted; n += 1, day.setUTCDate(day.getUTCDate() + 1)) {
    const byDate = daysOfMonth.includes(day.getUTCDate());
    const byWeekday = daysOfWeek.includes(day.getUTCDay());
    const isDue = anyDayOfMonth || anyDayOfWeek ? byDate && byWeekday : byDate || byWeekday;
    if (!isDue || !months.includes(day.getUTCMonth() + 1)) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const at = new Date(day).setUTCHours(hour, minute);
        if (at > fromMs && times.length < wanted) times.push(new Date(at).toISOString());
      }
    }
  }
  return times;
}

test('its sets mean what croner makes of the text', () => {
  const from = Date.UTC(2026, 1, 27, 12, 34);
  fc.assert(
    fc.property(anyCron, (text) => {
      const schedule = parseCron(text);
      const croner = new Cron(text, { mode: '5-part', timezone: 'UTC', paused: true });
      const expected = croner.nextRuns(5, new Date(from)).map((at) => at.toISOString());
      expect(dueTimes(schedule, from, 5)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('names, Sunday by either number, lists, ranges and steps', () => {
  expect(parseCron(' 5,10-12  */8 1-31/10 JAN,jun sun ')).toEqual({
    text: '5,10-12 */8 1-31/10 JAN,jun sun',
    minutes: [5, 10, 11, 12],
    hours: [0, 8, 16],
    daysOfMonth: [1, 11, 21, 31],
    months: [1, 6],
    daysOfWeek: [0],
    anyDayOfMonth: false,
    anyDayOfWeek: false,
  });
  expect(parseCron('0 0 * * 5-7').daysOfWeek).toEqual([0, 5, 6]);
  expect(parseCron('0 0 * * */2').daysOfWeek).toEqual([0, 2, 4, 6]);
});

describe('refused', () => {
  test.each([
    '',
    '0 2 * *',
    '0 0 2 * * *',
    '@daily',
    '60 2 * * *',
    '0 24 * * *',
    '0 2 0 * *',
    '0 2 * 13 *',
    '0 2 * * 8',
    '0 2 * * fri-mon',
    '0/5 2 * * *',
    '*/0 2 * * *',
    '0 2 L * *',
    '0 2 * * mon#1',
    '0 2 1,, * *',
    '0 2 30 2 *',
    '0 2 31 4,6,9,11 *',
    '0 2 */2 * mon',
    '0 2 ? * mon',
    '0 2 * * mon\n* * * * * rm',
  ])('%j', (text) => {
    let message = 'taken';
    try {
      parseCron(text);
    } catch (error) {
      if (isChaosError(error)) message = error.message;
    }
    expect(message).toMatchSnapshot();
  });
});

test('over the changes of the clock in Berlin: once each day', () => {
  const schedule = parseCron('30 2 * * *');
  const times: string[] = [];
  for (let at = Date.UTC(2026, 2, 27, 12); times.length < 4; ) {
    at = nextTime(schedule, 'Europe/Berlin', at) ?? Number.NaN;
    times.push(new Date(at).toISOString());
  }
  expect(times).toEqual([
    '2026-03-28T01:30:00.000Z',
    // Half past two is left out on that day.
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:30:00.000Z',
    '2026-03-31T00:30:00.000Z',
  ]);
});
