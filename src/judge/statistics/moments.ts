/** All that an interval over runs needs of them. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Of the sample, with n − 1; 0 for fewer than two values. */
  readonly variance: number;
}

/** Mean and sample variance, in two passes so that large means lose no digits. NaN for the mean of nothing. */
export function momentsOf(values: readonly number[]): Moments {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, variance: n < 2 ? 0 : squares / (n - 1) };
}
