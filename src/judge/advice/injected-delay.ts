import type { PlannedScenario } from '../../model/events.js';

/** The delay that a scenario injects, in ms: the least, and what hardly any call exceeds; null when it injects none. */
export function injectedDelayMs({
  type,
  parameters,
}: PlannedScenario): { readonly low: number; readonly high: number } | null {
  switch (type) {
    case 'NETWORK_LATENCY':
      return rangeFrom(parameters['latencyMs']);
    case 'SLOW_RESPONSE':
      return rangeFrom(parameters['delayMs']);
    default:
      return null;
  }
}

/** Parameters are JSON in an event, so their shape is looked at and not believed. */
function rangeFrom(given: unknown): { low: number; high: number } | null {
  if (typeof given === 'number') return { low: given, high: given };
  if (Array.isArray(given)) {
    const [low, high] = given as readonly unknown[];
    return typeof low === 'number' && typeof high === 'number' ? { low, high } : null;
  }
  if (typeof given !== 'object' || given === null) return null;
  const { distribution, minMs, maxMs, meanMs, standardDeviationMs } = given as Record<string, unknown>;
  if (distribution === 'uniform' && typeof minMs === 'number' && typeof maxMs === 'number') {
    return { low: minMs, high: maxMs };
  }
  if (typeof meanMs !== 'number') return null;
  if (distribution === 'normal' && typeof standardDeviationMs === 'number') {
    // 95 % of a normal distribution lie within two standard deviations.
    return { low: Math.max(0, meanMs - 2 * standardDeviationMs), high: meanMs + 2 * standardDeviationMs };
  }
  // 95 % of an exponential distribution lie below three times its mean.
  return distribution === 'exponential' ? { low: 0, high: 3 * meanMs } : null;
}
