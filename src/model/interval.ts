/** A range that should hold the truth in a share `level` of repetitions. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  /** 0–1, e.g. 0.95. */
  readonly level: number;
  /** How it was made, for people: `t over 5 runs`, `Wilson`. */
  readonly method: string;
}
