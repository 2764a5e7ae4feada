import type { RoundSummary } from '../../model/round-summary.js';

/** A round in a few numbers: the worst over its scenarios; null where nothing was observed. */
export interface RoundNumbers {
  /** Every scenario that was to be injected was confirmed and met. */
  readonly injected: boolean;
  readonly offered: number;
  readonly failed: number;
  readonly availability: number | null;
  readonly recovered: boolean | null;
  readonly recoverySeconds: number | null;
  readonly p95BeforeMs: number | null;
  readonly p95DuringMs: number | null;
}

export function roundNumbers({ scenarios }: RoundSummary): RoundNumbers {
  const triggered = scenarios.filter(({ triggered: was }) => was);
  const seen = <K extends keyof (typeof scenarios)[number]>(name: K) =>
    scenarios.map((scenario) => scenario[name]).filter((value) => value !== null);
  const recovered = seen('recovered');
  return {
    injected: triggered.length > 0 && triggered.every(({ injected }) => injected),
    offered: scenarios.reduce((sum, { offered }) => sum + offered, 0),
    failed: scenarios.reduce((sum, { failed }) => sum + failed, 0),
    availability: least(seen('availabilityByTime')),
    recovered: recovered.length === 0 ? null : recovered.every(Boolean),
    recoverySeconds: most(seen('recoveryTimeSeconds')),
    p95BeforeMs: most(seen('p95BeforeMs')),
    p95DuringMs: most(seen('p95DuringMs')),
  };
}

function least(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values);
}

function most(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}
