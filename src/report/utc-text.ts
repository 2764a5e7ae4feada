/** e.g. `2026-11-23 10:00:00 UTC`, of an ISO 8601 time. */
export function utcText(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}
