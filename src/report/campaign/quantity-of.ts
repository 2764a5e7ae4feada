/** How a number of results is drawn. */
export interface Quantity {
  /** On the axis. */
  readonly unit: string;
  /** To the unit of the axis. */
  readonly scale: number;
}

const milliseconds: Quantity = { unit: 'ms', scale: 1 };
const seconds: Quantity = { unit: 's', scale: 1 };
const share: Quantity = { unit: '%', scale: 100 };

const quantities: Readonly<Record<string, Quantity>> = {
  responseTimeMs: milliseconds,
  p95ResponseMs: milliseconds,
  maxResponseMs: milliseconds,
  p95DuringMs: milliseconds,
  longestOutageMs: milliseconds,
  maxDowntime: seconds,
  maxRecoveryTime: seconds,
  recoveryTimeSeconds: seconds,
  passRate: share,
  maxErrorRate: share,
  minAvailability: share,
  function: share,
  availabilityByTime: share,
  answeredWell: share,
};

/** Of a criterion, or of a number of a round, by its name. */
export function quantityOf(name: string): Quantity {
  return quantities[name] ?? { unit: '', scale: 1 };
}
