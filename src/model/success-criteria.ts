import type { SuccessCriteria } from './experiment.js';

/** The share of failed samples that is allowed when no criterion says anything about failures. */
const defaultMaxErrorRate = 0.05;

/**
 * Adds `maxErrorRate: 0.05` when no criterion would notice failures: a system that refuses quickly answers in time, and
 * must not hold for that.
 *
 * @returns the criteria that decide, and whether one was added
 * @example
 * ```ts
 * withDefaultCriteria({ maxResponseMs: 1000 });
 * // { criteria: { maxResponseMs: 1000, maxErrorRate: 0.05 }, added: true }
 * ```
 */
export function withDefaultCriteria(criteria: SuccessCriteria): {
  readonly criteria: SuccessCriteria;
  readonly added: boolean;
} {
  const { maxDowntime, passRate, minAvailability, maxErrorRate } = criteria;
  const noticesFailures = [maxDowntime, passRate, minAvailability, maxErrorRate].some(
    (limit) => limit !== undefined,
  );
  return noticesFailures
    ? { criteria, added: false }
    : { criteria: { ...criteria, maxErrorRate: defaultMaxErrorRate }, added: true };
}
