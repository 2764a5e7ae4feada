import { decisions } from '../../model/decide.js';
import type { Interval } from '../../model/interval.js';

export interface BlockBootstrapOptions {
  /** Values in a block: long enough to hold a whole burst of failures. */
  readonly blockLength: number;
  /** For people, what a block is, e.g. `25 s`. */
  readonly block: string;
  readonly seed: number;
  /** Default 1,000. */
  readonly repetitions?: number | undefined;
}

/**
 * A 95 % interval for a share inside one run, from blocks that are drawn with replacement: neighbours stay together, so
 * bursts count once and not once a request.
 *
 * It knows only what this run happened to show: under bursty failures it covers the truth in nine of ten simulated runs
 * (docs/metrics.md), and in fewer the rarer the bursts are, so it is shown and never decides. null for fewer than five blocks, or when nothing varied.
 *
 * Source: Künsch 1989, "The jackknife and the bootstrap for general stationary observations", Annals of Statistics 17.
 *
 * @param buckets - in order of time
 */
export function blockBootstrapInterval(
  buckets: readonly { readonly good: number; readonly offered: number }[],
  { blockLength, block, seed, repetitions = 1_000 }: BlockBootstrapOptions,
): Interval | null {
  const starts = buckets.length - blockLength + 1;
  const drawn = Math.ceil(buckets.length / blockLength);
  if (drawn < 5) return null;
  const sums = blockSums(buckets, blockLength);
  const pick = decisions(seed).at('block-bootstrap', 'start');
  const shares: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    let good = 0;
    let offered = 0;
    for (let i = 0; i < drawn; i += 1) {
      const sum = sums[Math.floor(pick(repetition * drawn + i) * starts)];
      good += sum?.good ?? 0;
      offered += sum?.offered ?? 0;
    }
    if (offered > 0) shares.push(good / offered);
  }
  shares.sort((a, b) => a - b);
  const lower = shares[Math.floor(0.025 * shares.length)];
  const upper = shares[Math.ceil(0.975 * shares.length) - 1];
  if (lower === undefined || upper === undefined || lower === upper) return null;
  return { lower, upper, level: 0.95, method: `bootstrap of ${block} blocks inside one run` };
}

function blockSums(
  buckets: readonly { readonly good: number; readonly offered: number }[],
  blockLength: number,
): readonly { readonly good: number; readonly offered: number }[] {
  return buckets.slice(0, buckets.length - blockLength + 1).map((_, start) => {
    const block = buckets.slice(start, start + blockLength);
    return {
      good: block.reduce((sum, { good }) => sum + good, 0),
      offered: block.reduce((sum, { offered }) => sum + offered, 0),
    };
  });
}
