import type { ComparedName, Margins } from '../../model/comparison.js';

/** What is known of a number that two sides are compared by. */
export interface ComparedKind {
  /** For people. */
  readonly label: string;
  readonly badSide: 'above' | 'below';
  /** Times have a long tail to the right: they are compared on the scale ln(x + this); undefined: as they are. */
  readonly logShift?: number;
  readonly unit: 'share' | 'ms' | 's';
}

export const comparedKinds: Readonly<Record<ComparedName, ComparedKind>> = {
  answeredWell: { label: 'answered well', badSide: 'below', unit: 'share' },
  availabilityByTime: { label: 'available', badSide: 'below', unit: 'share' },
  p95DuringMs: { label: 'p95 during', badSide: 'above', logShift: 1, unit: 'ms' },
  longestOutageMs: { label: 'longest outage', badSide: 'above', logShift: 100, unit: 'ms' },
  recoveryTimeSeconds: { label: 'back after', badSide: 'above', logShift: 0.1, unit: 's' },
};

/** What nobody would notice, or what two runs of the same system may easily differ by. */
export const defaultMargins: Margins = {
  answeredWell: { share: 0, floor: 0.02 },
  availabilityByTime: { share: 0, floor: 0.02 },
  p95DuringMs: { share: 0.2, floor: 20 },
  longestOutageMs: { share: 0.2, floor: 500 },
  recoveryTimeSeconds: { share: 0.2, floor: 0.5 },
};
