import type { DoorToxicKind } from './toxic-kind.js';

type ConnectionRateSettings = {
  /** New connections a second */
  readonly rate: number;
  /** So many may come at once after a pause */
  readonly burst: number;
};

/** New connections beyond a rate are reset. */
export const connectionRate: DoorToxicKind<ConnectionRateSettings> = {
  type: 'connection_rate',
  acts: 'on-connects',
  isClassic: false,
  attributes: { rate: 'number', burst: 'integer' },
  problem: ({ rate, burst }) => {
    if (rate < 0) return `rate must be 0 or more, got ${rate}`;
    return burst < 0 ? `burst must be 0 or more, got ${burst}` : null;
  },
  door: (toxic) => {
    let tokens = Number.POSITIVE_INFINITY;
    let lastMs = 0;
    return (nowMs) => {
      const { rate, burst } = toxic.settings;
      tokens = Math.min(Math.max(1, burst), tokens + ((nowMs - lastMs) * rate) / 1_000);
      lastMs = nowMs;
      if (tokens < 1) return 'reset';
      tokens -= 1;
      return { dialDelayMs: 0 };
    };
  },
};
