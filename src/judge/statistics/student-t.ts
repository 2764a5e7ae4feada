/**
 * The 97.5 % point of Student's t: what a two-sided 95 % interval multiplies its standard error by.
 *
 * @param degreesOfFreedom - a whole number ≥ 1
 */
export function studentT975(degreesOfFreedom: number): number {
  return studentT(degreesOfFreedom, 0.95);
}

/**
 * What a two-sided interval by Student's t multiplies its standard error by.
 *
 * For whole degrees of freedom the distribution function is a finite sum (Abramowitz and Stegun 1964, 26.7.3 and
 * 26.7.4), which is inverted by bisection.
 *
 * @param degreesOfFreedom - a whole number ≥ 1
 * @param level - of the interval, from 0.9 to 0.99
 */
export function studentT(degreesOfFreedom: number, level: number): number {
  // Beyond this the normal distribution is nearer than 10⁻⁵, and the sum would only grow longer.
  const freedom = Math.min(degreesOfFreedom, 100_000);
  const key = `${freedom} ${level}`;
  const known = points.get(key);
  if (known !== undefined) return known;
  let low = 1.6;
  let high = 64;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (shareWithin(middle, freedom) < level) low = middle;
    else high = middle;
  }
  points.set(key, high);
  return high;
}

const points = new Map<string, number>();

/** P(|T| ≤ t). */
function shareWithin(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const sin = Math.sin(angle);
  const cos2 = Math.cos(angle) ** 2;
  const odd = freedom % 2 === 1;
  let term = odd ? Math.cos(angle) : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= freedom - 2 && term > 1e-17; k += 2) {
    term *= ((k - 1) / k) * cos2;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum;
}
