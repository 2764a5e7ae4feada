import { type DayQuantities, type DayQuantityName, dayQuantityNames } from '../../model/earlier-day.js';
import type { RoundSummary } from '../../model/round-summary.js';

/** What is known of a number that is compared over days. */
export interface QuantityKind {
  readonly badSide: 'above' | 'below';
  /** A change of less than this share of the median, or less than `floor`, matters to nobody. */
  readonly share: number;
  readonly floor: number;
  /** For the scale on which days vary alike; undefined: as it is. */
  readonly logShift?: number;
  readonly most: number;
}

export const quantityKinds: Readonly<Record<DayQuantityName, QuantityKind>> = {
  recoveryTimeSeconds: { badSide: 'above', share: 0.1, floor: 0.5, logShift: 0.1, most: Number.MAX_VALUE },
  availabilityByTime: { badSide: 'below', share: 0, floor: 0.01, most: 1 },
  p95DuringMs: { badSide: 'above', share: 0.1, floor: 10, logShift: 1, most: Number.MAX_VALUE },
  longestOutageMs: { badSide: 'above', share: 0.1, floor: 500, logShift: 100, most: Number.MAX_VALUE },
};

/** The worst over the scenarios of a run that were injected. */
export function dayQuantities({ scenarios }: RoundSummary): DayQuantities {
  const injected = scenarios.filter((scenario) => scenario.injected);
  const worst = (name: DayQuantityName) => {
    const values = injected.flatMap((scenario) => scenario[name] ?? []);
    if (values.length === 0) return null;
    return quantityKinds[name].badSide === 'above' ? Math.max(...values) : Math.min(...values);
  };
  return Object.fromEntries(dayQuantityNames.map((name) => [name, worst(name)])) as Record<
    DayQuantityName,
    number | null
  >;
}

/** Names of those scenarios: days on which others were injected have other numbers. */
export function injectedNames({ scenarios }: RoundSummary): readonly string[] {
  return scenarios.filter((scenario) => scenario.injected).map(({ name }) => name);
}
