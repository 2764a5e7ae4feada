import { formatNumber } from '../judge/quantity.js';
import type { Evidence } from '../model/evidence.js';

/**
 * What was measured beside the code that injected the fault.
 *
 * @example
 * ```ts
 * const measured = { quantity: 'round trip', unit: 'ms', baseline: 0.4, during: 2000.6, expected: '2000 ms added', after: 0.5 };
 * measuredText(measured); // 'round trip 0.4 ms before, 2,000.6 ms while active, 0.5 ms after (expected: 2000 ms added)'
 * ```
 */
export function measuredText({
  quantity,
  unit,
  baseline,
  during,
  expected,
  after,
}: Evidence['measured']): string {
  const value = (x: number | null) => (x === null ? 'not measurable' : `${formatNumber(x, 1)} ${unit}`);
  const then = after === undefined ? '' : `, ${value(after)} after`;
  return `${quantity} ${value(baseline)} before, ${value(during)} while active${then} (expected: ${expected})`;
}

/** Whether the target met the fault. */
export function exposureText(exposure: Evidence['exposure']): string {
  switch (exposure.kind) {
    case 'counted':
      return exposure.n === 0
        ? `never met by the target: 0 ${exposure.what}`
        : `met by ${formatNumber(exposure.n)} ${exposure.what}`;
    case 'shares-resource':
      return `met: ${exposure.how}`;
    case 'unknown':
      return `whether the target met it is unknown: ${exposure.why}`;
  }
}
