import { PacedStage } from './paced-stage.js';
import type { StreamToxicKind } from './toxic-kind.js';

type SlicerSettings = {
  /** bytes */
  readonly average_size: number;
  /** bytes */
  readonly size_variation: number;
  /** µs after each piece */
  readonly delay: number;
};

const limitBytes = 131_072;

/** Data comes in small pieces, each written by itself. */
export const slicer: StreamToxicKind<SlicerSettings> = {
  type: 'slicer',
  acts: 'on-bytes',
  isClassic: true,
  attributes: { average_size: 'integer', size_variation: 'integer', delay: 'integer' },
  problem: ({ average_size }) =>
    average_size < 1 ? `average_size must be 1 or more, got ${average_size}` : null,
  onMessages: 'any',
  start: (toxic, outlet, { draws }) => {
    const draw = draws('slicer');
    let piece = 0;
    return new PacedStage(
      outlet,
      (waiting) => {
        const { average_size: average, size_variation, delay } = toxic.settings;
        // At least one byte, however far the sizes are to vary.
        const variation = Math.min(Math.max(0, size_variation), average - 1);
        const size = average + Math.round((2 * draw(piece) - 1) * variation);
        piece += 1;
        return { bytes: Math.min(waiting, size), beforeMs: 0, afterMs: Math.max(0, delay) / 1_000 };
      },
      () => limitBytes,
    );
  },
};
