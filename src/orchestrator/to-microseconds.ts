import type { ChaosEvent } from '../model/events.js';

const times = new Set(['t', 'intendedAt', 'latencyMs', 'recoveryMs', 'tookMs']);

/** The event with its times rounded to microseconds: what is finer is noise of floating point, and makes files long. */
export function toMicroseconds(event: ChaosEvent): ChaosEvent {
  const rounded = Object.entries(event).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'number' && times.has(name) ? Math.round(value * 1_000) / 1_000 : value,
  ]);
  return Object.fromEntries(rounded) as ChaosEvent;
}
