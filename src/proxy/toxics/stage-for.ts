import { decisions } from '../../model/decide.js';
import type { Toxic } from '../../model/network.js';
import type { Way } from '../connection.js';
import { DelayStage } from './delay-stage.js';
import { delayText } from './delay-text.js';
import { DropStage } from './drop-stage.js';
import { packetsIn, retransmissionDelayMs } from './retransmission-delay.js';
import type { Outlet, Stage } from './stage.js';
import type { Fired } from './toxic-kind.js';

/**
 * What a toxic puts into one way of one connection; null when it leaves that way alone.
 *
 * @param site - the connection and the way: what the seeded draws hang on
 * @param fired - told of the seeded choices that take effect
 */
export function stageFor(
  toxic: Toxic,
  way: Way,
  site: string,
  fired: Fired,
): ((outlet: Outlet) => Stage) | null {
  if (toxic.type === 'refuse') return null;
  if (toxic.direction !== 'both' && toxic.direction !== way) return null;
  const delayed = (n: number, delayMs: number) => fired(n, delayText(delayMs));
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
    case 'drop':
      return (outlet) => new DropStage(outlet);
  }
}
