/** A day of the calendar in some time zone. */
export interface CalendarDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** Days since 1970-01-01. */
  readonly number: number;
}

/**
 * The day that it is somewhere.
 *
 * @param timeZone - IANA, e.g. `Europe/Berlin`
 * @throws RangeError when there is no such zone
 * @example
 * ```ts
 * calendarDay(Date.UTC(2026, 0, 1, 23, 30), 'Europe/Berlin').day; // '2026-01-02'
 * ```
 */
export function calendarDay(wallMs: number, timeZone: string): CalendarDay {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = new Map(format.formatToParts(wallMs).map(({ type, value }) => [type, value]));
  const day = ['year', 'month', 'day'].map((type) => parts.get(type as 'year') ?? '').join('-');
  return { day, number: Date.parse(day) / 86_400_000 };
}
