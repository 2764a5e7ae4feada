/**
 * The least and the most successes of `n` tries that are not too far out: each side beyond has a chance of at most half of
 * `alpha`, computed exactly.
 */
export function binomialInterval(n: number, p: number, alpha: number): readonly [number, number] {
  const chances = chancesOf(n, p);
  let [least, most] = [0, n];
  for (let below = chances[0] ?? 0; below <= alpha / 2; below += chances[least] ?? 1) least += 1;
  for (let above = chances[n] ?? 0; above <= alpha / 2; above += chances[most] ?? 1) most -= 1;
  return [least, most];
}

function chancesOf(n: number, p: number): readonly number[] {
  const logs: number[] = [n * Math.log1p(-p)];
  for (let k = 1; k <= n; k += 1) {
    logs.push((logs[k - 1] ?? 0) + Math.log((n - k + 1) / k) + Math.log(p / (1 - p)));
  }
  return logs.map(Math.exp);
}
