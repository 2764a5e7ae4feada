import { randomBytes } from 'node:crypto';

/** A new run's id: sortable by time and unique on every machine; lower-case letters, digits and dashes. */
export function newRunId(wallMs: number): string {
  const time = new Date(wallMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `${time}-${randomBytes(3).toString('hex')}`;
}
