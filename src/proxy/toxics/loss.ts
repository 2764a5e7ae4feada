import { systemClock } from '../../model/system-clock.js';
import { DelayStage } from './delay-stage.js';
import { delayText } from './delay-text.js';
import { PacketFates } from './packet-fates.js';
import { packetsIn, retransmissionDelayMs, segmentBytes } from './retransmission-delay.js';
import type { StreamToxicKind } from './toxic-kind.js';

type LossSettings = {
  /** Chance that a packet is lost, 0 to 1 */
  readonly loss_rate: number;
  /** Mean number of packets lost in a row; 0 and 1: each for itself */
  readonly burst: number;
  /** ms of a round trip: so long takes a fast retransmission, and it bounds the throughput; 0: neither */
  readonly rtt: number;
};

/** So many packets must arrive behind a lost one for its sender to learn of it before its timer runs out. */
const duplicateAcks = 3;
const leastLimitBytes = 65_536;
const limitMs = 200;

/**
 * Loss as TCP shows it: what was lost comes a retransmission later, and the sender, who takes loss for congestion, gets
 * no more through than Mathis' formula says: a segment a round trip, times sqrt(1.5 / loss rate).
 */
export const loss: StreamToxicKind<LossSettings> = {
  type: 'loss',
  acts: 'on-bytes',
  isClassic: false,
  attributes: { loss_rate: 'number', burst: 'number', rtt: 'number' },
  problem: ({ loss_rate: rate, burst, rtt }) => {
    if (rate < 0 || rate > 1) return `loss_rate must be from 0 to 1, got ${rate}`;
    if (burst < 0) return `burst must be 0 or more, got ${burst}`;
    return rtt < 0 ? `rtt must be 0 or more, got ${rtt}` : null;
  },
  scaled: (settings, share) => ({ ...settings, loss_rate: settings.loss_rate * share }),
  onMessages: 'any',
  start: (toxic, outlet, { draws, fired }) => {
    const fates = new PacketFates(draws('loss'));
    const again = draws('loss/retransmission');
    let retransmissions = 0;
    let freeAtMs = 0;
    let lastLateMs = 0;
    const bytesPerMs = () => {
      const { loss_rate: rate, rtt } = toxic.settings;
      return rtt > 0 && rate > 0 ? (segmentBytes / rtt) * Math.sqrt(1.5 / rate) : Number.POSITIVE_INFINITY;
    };

    const lateMs = (bytes: number) => {
      const { loss_rate: rate, burst, rtt } = toxic.settings;
      const packets = packetsIn(bytes);
      let mostMs = 0;
      for (let n = 1; n <= packets; n += 1) {
        if (!fates.isNextLost(rate, burst)) continue;
        if (rtt > 0 && packets - n >= duplicateAcks) {
          mostMs = Math.max(mostMs, rtt);
          continue;
        }
        // The retransmission may be lost as well: 1 - rate + rate * u is a draw of a packet that was lost once.
        const draw = (at: number) => 1 - rate + rate * again(at);
        mostMs = Math.max(mostMs, retransmissionDelayMs(rate, 1, draw, retransmissions));
        retransmissions += 1;
      }
      return mostMs;
    };

    return new DelayStage(
      outlet,
      (_n, bytes) => {
        const nowMs = systemClock.nowMs();
        freeAtMs = Math.max(freeAtMs, nowMs) + bytes / bytesPerMs();
        lastLateMs = lateMs(bytes);
        return freeAtMs - nowMs + lastLateMs;
      },
      {
        limitBytes: () => Math.max(leastLimitBytes, bytesPerMs() * limitMs),
        whenChanged: () => (toxic.settings.loss_rate > 0 ? 'keep' : 'release'),
        // What a congested sender waits is no choice.
        delayed: (n) => {
          if (lastLateMs > 0) fired(n, delayText(lastLateMs));
        },
      },
    );
  },
};
