/** A time for people, in a time zone: `2026-03-01 02:00 Europe/Berlin`. */
export function dateText(wallMs: number, timeZone: string): string {
  const text = new Intl.DateTimeFormat('sv', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(wallMs);
  return `${text} ${timeZone}`;
}
