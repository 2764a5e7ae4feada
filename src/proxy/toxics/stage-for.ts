import { decisions } from '../../model/decide.js';
import type { Toxic } from '../../model/network.js';
import type { Way } from '../connection.js';
import { bandwidth } from './bandwidth.js';
import { DelayStage } from './delay-stage.js';
import { delayText } from './delay-text.js';
import { DropStage } from './drop-stage.js';
import { packetsIn, retransmissionDelayMs } from './retransmission-delay.js';
import { ResetStage } from './reset-stage.js';
import type { Outlet, Stage } from './stage.js';
import type { Fired } from './toxic-kind.js';

/** Told of what a toxic decided and took effect. */
export interface Told {
  /** The seeded choices about the chunks of one way. */
  readonly chunk: Fired;
  /** What befell the connection as a whole. */
  readonly connection: (effect: string) => void;
}

/**
 * What a toxic puts into one way of one connection; null when it leaves that way alone.
 *
 * @param connection - its name: what the seeded draws hang on, together with the way
 * @param isNew - false for a connection that was there when the toxic came
 */
export function stageFor(
  toxic: Toxic,
  way: Way,
  connection: string,
  isNew: boolean,
  told: Told,
): ((outlet: Outlet) => Stage) | null {
  if (toxic.type === 'refuse' || toxic.type === 'dns' || toxic.type === 'connection-rate') return null;
  if (toxic.type === 'reset') {
    const draw = decisions(toxic.seed).at('reset', connection);
    if (draw(0) >= toxic.resetRate) return null;
    const afterMs = toxic.minMs + draw(1) * (toxic.maxMs - toxic.minMs);
    return (outlet) =>
      new ResetStage(outlet, afterMs, isNew, () => told.connection(`reset after ${Math.round(afterMs)} ms`));
  }
  if (toxic.direction !== 'both' && toxic.direction !== way) return null;
  const site = `${connection}/${way}`;
  const delayed = (n: number, delayMs: number) => told.chunk(n, delayText(delayMs));
  switch (toxic.type) {
    case 'latency': {
      const draw = decisions(toxic.seed).at('latency', site);
      const { minMs, maxMs } = toxic;
      return (outlet) => new DelayStage(outlet, (n) => minMs + draw(n) * (maxMs - minMs), { delayed });
    }
    case 'loss': {
      const draw = decisions(toxic.seed).at('loss', site);
      return (outlet) => {
        let packet = 0;
        const lateMs = (_n: number, bytes: number) => {
          const delayMs = retransmissionDelayMs(toxic.lossRate, bytes, draw, packet);
          packet += packetsIn(bytes);
          return delayMs;
        };
        return new DelayStage(outlet, lateMs, { delayed });
      };
    }
    case 'bandwidth':
      return (outlet) => bandwidth.start({ settings: { rate: toxic.bytesPerSecond / 1_000 } }, outlet);
    case 'drop':
      return (outlet) => new DropStage(outlet, () => told.chunk(0, 'cut off'));
  }
}
