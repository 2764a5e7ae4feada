import { PacedStage } from './paced-stage.js';
import type { Outlet } from './stage.js';
import type { StreamToxicKind, Tuned } from './toxic-kind.js';

type BandwidthSettings = {
  /** KB (1,000 bytes) a second, which is bytes a ms; 0: nothing passes */
  readonly rate: number;
};

/** Longer chunks are sent in pieces of so many ms. */
const pieceMs = 100;
/** Held at least, so that a fast sender is never waited for; and at most. */
const leastLimitBytes = 131_072;
const mostLimitBytes = 4 * 1_024 * 1_024;

/** So many bytes pass in a time, for each connection. A chunk is sent when its time is over, as at the end of a wire. */
export const bandwidth = {
  type: 'bandwidth',
  acts: 'on-bytes',
  isClassic: true,
  attributes: { rate: 'integer' },
  problem: ({ rate }: BandwidthSettings) => (rate < 0 ? `rate must be 0 or more, got ${rate}` : null),
  onMessages: 'any' as const,
  start: (toxic: Tuned<BandwidthSettings>, outlet: Outlet) => {
    const pieceBytes = () => Math.max(1, Math.floor(toxic.settings.rate * pieceMs));
    return new PacedStage(
      outlet,
      (waiting) => {
        const bytes = Math.min(waiting, pieceBytes());
        return { bytes, beforeMs: bytes / toxic.settings.rate, afterMs: 0 };
      },
      () => Math.min(mostLimitBytes, Math.max(leastLimitBytes, pieceBytes())),
    );
  },
} satisfies StreamToxicKind<BandwidthSettings>;
