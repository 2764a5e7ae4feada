import { ChaosError } from '../../model/chaos-error.js';

/**
 * A time zone by its IANA name.
 *
 * @throws ChaosError INVALID_INPUT when there is none of that name
 */
export function knownTimeZone(name: string): string {
  try {
    // Offsets, which newer versions of Node take, have no name that cron or systemd know.
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    if (/^[A-Za-z]/.test(timeZone)) return name;
  } catch {
    // Refused below, as offsets are.
  }
  throw new ChaosError('INVALID_INPUT', `expected the name of a time zone, got ${JSON.stringify(name)}`, {
    hint: 'e.g. UTC, Europe/Berlin or America/New_York',
  });
}

/** The zone of this machine. */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
