import { formatNumber, formatResponse, formatShare } from '../../judge/quantity.js';
import { formatMs } from '../../model/duration.js';

/** How a number of results is drawn and written. */
export interface Quantity {
  /** On the axis. */
  readonly unit: string;
  /** To the unit of the axis. */
  readonly scale: number;
  readonly format: (value: number) => string;
}

const milliseconds: Quantity = { unit: 'ms', scale: 1, format: formatResponse };
const seconds: Quantity = { unit: 's', scale: 1, format: (value) => formatMs(value * 1_000) };
const share: Quantity = { unit: '%', scale: 100, format: formatShare };

const quantities: Readonly<Record<string, Quantity>> = {
  responseTimeMs: milliseconds,
  p95ResponseMs: milliseconds,
  maxResponseMs: milliseconds,
  p95DuringMs: milliseconds,
  longestOutageMs: { ...milliseconds, format: formatMs },
  maxDowntime: seconds,
  maxRecoveryTime: seconds,
  recoveryTimeSeconds: seconds,
  passRate: share,
  maxErrorRate: share,
  minAvailability: share,
  function: share,
  availabilityByTime: share,
};

/** Of a criterion, or of a number of a round, by its name. */
export function quantityOf(name: string): Quantity {
  return quantities[name] ?? { unit: '', scale: 1, format: (value) => formatNumber(value, 3) };
}
