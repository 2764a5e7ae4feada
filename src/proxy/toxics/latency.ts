import { DelayStage } from './delay-stage.js';
import { delayText } from './delay-text.js';
import { deviate, distributions } from './distribution.js';
import type { StreamToxicKind } from './toxic-kind.js';

type LatencySettings = {
  /** ms */
  readonly latency: number;
  /** ms: the half-width of a uniform jitter, the standard deviation of others */
  readonly jitter: number;
  readonly distribution: string;
};

/** Each chunk waits for a delay of its own, counted from its arrival. */
export const latency: StreamToxicKind<LatencySettings> = {
  type: 'latency',
  acts: 'on-bytes',
  isClassic: true,
  attributes: { latency: 'integer', jitter: 'integer', distribution: distributions },
  own: ['distribution'],
  scaled: (settings, share) => ({
    ...settings,
    latency: settings.latency * share,
    jitter: settings.jitter * share,
  }),
  onMessages: 'any',
  start: (toxic, outlet, { draws, fired }) => {
    const [draw, drawAgain] = [draws('latency'), draws('latency/2')];
    const delayMs = (n: number) => {
      const { latency: mean, jitter, distribution } = toxic.settings;
      if (jitter <= 0) return Math.max(0, mean);
      return Math.max(0, mean + jitter * deviate(distribution, draw(n), drawAgain(n)));
    };
    return new DelayStage(outlet, delayMs, {
      delayed: (n, ms) => {
        if (toxic.settings.jitter > 0) fired(n, delayText(ms));
      },
    });
  },
};
