import type { DetailTable } from './detail-table.js';

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
  /** After the fault was reverted; null when it could not be measured then, absent when nothing looked. */
  readonly after?: number | null;
}

/** What the same sampler saw once the fault was reverted. */
export interface Aftermath {
  /**
   * Is what is measured back where it was? `no` only when the effect of the fault was still seen in every look within a
   * time limit and nothing but the fault explains it: the undo failed.
   */
  readonly back: 'yes' | 'no' | 'unknown';
  /** In the unit of the measurement; null when it could not be measured. */
  readonly after: number | null;
}

/** Is the fault active, and did the target meet it. */
export interface Evidence {
  readonly active: 'yes' | 'no' | 'unknown';
  readonly measured: Measurement;
  readonly exposure: Exposure;
  /** The fault's own sections of the report, e.g. what was corrupted. */
  readonly details?: readonly DetailTable[];
}
