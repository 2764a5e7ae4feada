/** One seeded choice that took effect. */
export interface FiredDecision {
  readonly rule: string;
  /** Where, e.g. `database_layer.query`. */
  readonly site: string;
  /** The n-th call there, from 0. */
  readonly n: number;
  /** What happened, e.g. `throw ECONNRESET`, `delay 812 ms`. */
  readonly effect: string;
}
