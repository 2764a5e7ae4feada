import type { CronSchedule } from './parse-cron.js';

/** The expression for those who do not know 7 as Sunday: GitHub and Kubernetes. */
export function portableCron({ text, daysOfWeek, anyDayOfWeek }: CronSchedule): string {
  const fields = text.split(' ');
  const last = fields.at(-1) ?? '';
  if (anyDayOfWeek || !last.includes('7')) return text;
  return [...fields.slice(0, -1), daysOfWeek.join(',')].join(' ');
}
