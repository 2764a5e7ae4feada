/** Shapes of a random delay around its mean. */
export const distributions = ['uniform', 'normal', 'pareto'] as const;

/** Pareto's exponent: small enough for a long tail, large enough for a variance. */
const alpha = 3;
const paretoMean = alpha / (alpha - 1);
const paretoDeviation = Math.sqrt(alpha / ((alpha - 1) ** 2 * (alpha - 2)));

/**
 * A number with mean 0: uniform in [-1, 1), or normal or Pareto with standard deviation 1, as netem shapes its jitter.
 *
 * @param u - uniform in [0, 1)
 * @param v - another, for what needs two
 */
export function deviate(distribution: string, u: number, v: number): number {
  switch (distribution) {
    case 'normal':
      return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
    case 'pareto':
      return ((1 - u) ** (-1 / alpha) - paretoMean) / paretoDeviation;
    default:
      return 2 * u - 1;
  }
}
