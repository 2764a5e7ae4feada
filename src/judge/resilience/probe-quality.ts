import type { RoundProbe } from '../../model/round-summary.js';
import { blockBootstrapInterval } from '../statistics/block-bootstrap-interval.js';
import type { FaultBand, ProbeTimeline, Timeline } from '../timeline.js';
import { resilienceTriangle } from './resilience-triangle.js';

/** A run's watched time is cut in about this many blocks: few enough that a burst fits into one. */
const blocksOfARun = 12;

/** How good the answers of one probe were over one fault, from injection to the end of recovery. */
export function probeQuality(
  timeline: Timeline,
  band: FaultBand | null,
  probe: string,
  seed: number,
): Pick<RoundProbe, 'triangle' | 'withinRun'> {
  const line = timeline.probes.find((each) => each.probe === probe);
  const firstFault = timeline.bands[0];
  if (line === undefined || band === null || firstFault === undefined)
    return { triangle: null, withinRun: null };
  const { bucketMs } = line;
  const watched = bucketsIn(line, band.fromMs, band.watchedUntilMs ?? band.toMs);
  const before = goodAndOffered(bucketsIn(line, 0, firstFault.fromMs - bucketMs));
  const blockLength = Math.ceil(watched.length / blocksOfARun);
  return {
    triangle:
      before.offered === 0
        ? null
        : resilienceTriangle(
            before.good / before.offered,
            watched.map(({ fromMs, passed, failed }) => ({
              fromMs,
              toMs: fromMs + bucketMs,
              quality: passed / (passed + failed),
            })),
          ),
    withinRun: blockBootstrapInterval(
      watched.map((bucket) => goodAndOffered([bucket])),
      { blockLength, block: `${(blockLength * bucketMs) / 1_000} s`, seed },
    ),
  };
}

type Buckets = ProbeTimeline['buckets'];

function bucketsIn({ buckets }: ProbeTimeline, fromMs: number, toMs: number): Buckets {
  return buckets.filter((bucket) => bucket.fromMs >= fromMs && bucket.fromMs < toMs);
}

function goodAndOffered(buckets: Buckets): { readonly good: number; readonly offered: number } {
  const good = buckets.reduce((sum, { passed }) => sum + passed, 0);
  return { good, offered: good + buckets.reduce((sum, { failed }) => sum + failed, 0) };
}
