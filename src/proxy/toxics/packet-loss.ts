import { DelayStage } from './delay-stage.js';
import { delayText } from './delay-text.js';
import { packetsIn, retransmissionDelayMs } from './retransmission-delay.js';
import type { StreamToxicKind } from './toxic-kind.js';

type PacketLossSettings = {
  /** Chance that a packet is lost, 0 to 1 */
  readonly loss_rate: number;
  /** Added to it while the packet before was lost, 0 to 1 */
  readonly correlation: number;
};

/**
 * Packets are lost, as the two ends of a TCP connection see it: what was lost comes a retransmission later.
 * Toxiproxy's own drops chunks of the stream, which no network does to TCP.
 */
export const packetLoss: StreamToxicKind<PacketLossSettings> = {
  type: 'packet_loss',
  acts: 'on-bytes',
  isClassic: true,
  attributes: { loss_rate: 'number', correlation: 'number' },
  scaled: (settings, share) => ({ ...settings, loss_rate: settings.loss_rate * share }),
  onMessages: 'any',
  start: (toxic, outlet, { draws, fired }) => {
    const draw = draws('loss');
    let packet = 0;
    let lostLast = false;
    const lateMs = (bytes: number) => {
      const { loss_rate, correlation } = toxic.settings;
      const rate = Math.min(1, Math.max(0, loss_rate + (lostLast && loss_rate > 0 ? correlation : 0)));
      const delayMs = retransmissionDelayMs(rate, bytes, draw, packet);
      packet += packetsIn(bytes);
      lostLast = delayMs > 0;
      return delayMs;
    };
    return new DelayStage(outlet, (_n, bytes) => lateMs(bytes), {
      whenChanged: () => (toxic.settings.loss_rate > 0 ? 'keep' : 'release'),
      delayed: (n, ms) => fired(n, delayText(ms)),
    });
  },
};
