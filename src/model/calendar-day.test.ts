import { expect, test } from 'vitest';
import { calendarDay } from './calendar-day.js';

test('the same moment is another day elsewhere', () => {
  const at = Date.UTC(2026, 2, 1, 23, 30);
  expect(calendarDay(at, 'UTC')).toEqual({ day: '2026-03-01', number: 20_513 });
  expect(calendarDay(at, 'Europe/Berlin')).toEqual({ day: '2026-03-02', number: 20_514 });
  expect(calendarDay(at, 'America/New_York')).toEqual({ day: '2026-03-01', number: 20_513 });
});

test('days follow each other over the change to summer time', () => {
  const hours = Array.from({ length: 72 }, (_, hour) => Date.UTC(2026, 2, 28, hour));
  const days = hours.map((at) => calendarDay(at, 'Europe/Berlin').number);
  expect([...new Set(days)]).toEqual([20_540, 20_541, 20_542, 20_543]);
  expect(days).toEqual(days.toSorted((a, b) => a - b));
});
