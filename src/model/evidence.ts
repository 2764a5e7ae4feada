/** Did the target meet the fault? The checker's own traffic never counts. */
export type Exposure =
  /** `what` goes on after the number: `3` + `chunks delayed on 2 connections`. */
  | { readonly kind: 'counted'; readonly n: number; readonly what: string }
  | { readonly kind: 'shares-resource'; readonly how: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** What something independent of the injecting code saw. */
export interface Measurement {
  readonly quantity: string;
  readonly unit: string;
  /** Before injection; null when it could not be measured. */
  readonly baseline: number | null;
  /** While active; null when it could not be measured (a partition answers nothing). */
  readonly during: number | null;
  readonly expected: string;
}

/** Is the fault active, and did the target meet it. */
export interface Evidence {
  readonly active: 'yes' | 'no' | 'unknown';
  readonly measured: Measurement;
  readonly exposure: Exposure;
}
