import { ChaosError } from '../../model/chaos-error.js';

/** When something is due: five fields, minutes first, as sets. */
export interface CronSchedule {
  /** As it was written, with single spaces. */
  readonly text: string;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  /** From 1. */
  readonly months: readonly number[];
  /** 0 is Sunday. */
  readonly daysOfWeek: readonly number[];
  /** A day is due when both fields have it if one of them is `*`, else when either has it. */
  readonly anyDayOfMonth: boolean;
  readonly anyDayOfWeek: boolean;
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** From `least` on. */
  readonly names?: readonly string[];
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const minute: Field = { name: 'minute', least: 0, most: 59 };
const hour: Field = { name: 'hour', least: 0, most: 23 };
const dayOfMonth: Field = { name: 'day of month', least: 1, most: 31 };
const month: Field = { name: 'month', least: 1, most: 12, names: monthNames };
/** 7 is Sunday too. */
const dayOfWeek: Field = {
  name: 'day of week',
  least: 0,
  most: 7,
  names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
};

/**
 * The schedule that a cron expression means: numbers, `*`, ranges, steps of these, lists, names of months and days.
 *
 * Only what cron, systemd, GitHub and Kubernetes all understand, and understand alike, is taken.
 *
 * @throws ChaosError INVALID_INPUT
 */
export function parseCron(expression: string): CronSchedule {
  const fields = expression.trim().split(/\s+/);
  const [minutes = '', hours = '', days = '', months = '', weekdays = ''] = fields;
  if (fields.length !== 5 || expression.trim() === '') {
    const count = expression.trim() === '' ? 0 : fields.length;
    throw refused(expression, `expected five fields, got ${count}`);
  }
  if (days !== '*' && weekdays !== '*' && (days.startsWith('*') || weekdays.startsWith('*'))) {
    throw refused(
      expression,
      'a step over all days together with the other day field means different days to cron and to Kubernetes',
    );
  }
  const read = (field: Field, text: string) => valuesOf(field, text, expression);
  const schedule = {
    text: fields.join(' '),
    minutes: read(minute, minutes),
    hours: read(hour, hours),
    daysOfMonth: read(dayOfMonth, days),
    months: read(month, months),
    daysOfWeek: sorted(read(dayOfWeek, weekdays).map((day) => day % 7)),
    anyDayOfMonth: days === '*',
    anyDayOfWeek: weekdays === '*',
  };
  if (schedule.anyDayOfWeek && !schedule.months.some((each) => hasDay(each, schedule)))
    throw refused(expression, 'it never comes: no such month has that day');
  return schedule;
}

function hasDay(ofMonth: number, { daysOfMonth }: Pick<CronSchedule, 'daysOfMonth'>): boolean {
  const most = ofMonth === 2 ? 29 : [4, 6, 9, 11].includes(ofMonth) ? 30 : 31;
  return (daysOfMonth[0] ?? 32) <= most;
}

function valuesOf(field: Field, text: string, expression: string): readonly number[] {
  return sorted(text.split(',').flatMap((part) => valuesOfPart(field, part, expression)));
}

function valuesOfPart(field: Field, part: string, expression: string): readonly number[] {
  const { name, least, most } = field;
  const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (match === null) throw refused(expression, `${name}: cannot read ${JSON.stringify(part)}`);
  const [, all, from, to, step] = match;
  if (step !== undefined && all === undefined && to === undefined)
    throw refused(expression, `${name}: a step needs a range, as in ${from}-${most}/${step}`);
  const first = all === undefined ? valueOf(field, from ?? '', expression) : least;
  // Sunday once: `*/2` over 0–7 would have it as an eighth day.
  const last =
    all === undefined ? (to === undefined ? first : valueOf(field, to, expression)) : most === 7 ? 6 : most;
  const by = Number(step ?? 1);
  if (by < 1 || by > most) throw refused(expression, `${name}: expected a step from 1 to ${most}, got ${by}`);
  if (first > last)
    throw refused(expression, `${name}: ${part} runs backwards; write two ranges with a comma between them`);
  return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, index) => first + index * by);
}

function valueOf({ name, least, most, names = [] }: Field, text: string, expression: string): number {
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? least + named : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw refused(
    expression,
    `${name}: expected ${least} to ${most}${names.length > 0 ? ` or ${names[0]} to ${names.at(-1)}` : ''}, got ${JSON.stringify(text)}`,
  );
}

function sorted(values: readonly number[]): readonly number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}

function refused(expression: string, why: string): ChaosError {
  return new ChaosError('INVALID_INPUT', `cron expression ${JSON.stringify(expression)}: ${why}`, {
    hint: 'minute, hour, day of month, month, day of week, e.g. "0 2 * * *" for two in the morning, "30 1 * * mon-fri"',
  });
}
