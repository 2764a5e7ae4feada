/** A number with thousands separated: `1,980`; at most `digits` decimals (default 0). */
export function formatNumber(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** A response time for people: `4.2 ms`, `1,980 ms`, `12.3 s` from ten seconds on. */
export function formatResponse(ms: number): string {
  if (ms >= 10_000) return `${formatNumber(ms / 1_000, 1)} s`;
  return `${formatNumber(ms, ms < 10 ? 1 : 0)} ms`;
}

/** A share of 0–1 for people: `97.2 %`. */
export function formatShare(share: number): string {
  return `${formatNumber(share * 100, 1)} %`;
}
