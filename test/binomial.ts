/**
 * True when `k` of `n` lies inside the exact (Clopper–Pearson) interval around the rate `p`: neither so few nor so many
 * are less likely than half of `alpha`.
 */
export function isInsideExactInterval(k: number, n: number, p: number, alpha: number): boolean {
  const logs = logFactorials(n);
  const probability = (i: number) =>
    Math.exp(
      (logs[n] ?? 0) - (logs[i] ?? 0) - (logs[n - i] ?? 0) + i * Math.log(p) + (n - i) * Math.log1p(-p),
    );
  let [below, above] = [0, 0];
  for (let i = 0; i <= n; i += 1) {
    if (i <= k) below += probability(i);
    if (i >= k) above += probability(i);
  }
  return below >= alpha / 2 && above >= alpha / 2;
}

function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let i = 1; i <= n; i += 1) logs[i] = (logs[i - 1] ?? 0) + Math.log(i);
  return logs;
}
