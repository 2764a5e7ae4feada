import { decisions } from '../../model/decide.js';
import type { Toxic } from '../../model/network.js';
import type { Way } from '../connection.js';
import { DelayStage } from './delay-stage.js';
import { DropStage } from './drop-stage.js';
import { packetsIn, retransmissionDelayMs } from './retransmission-delay.js';
import type { Outlet, Stage } from './stage.js';

/**
 * What a toxic puts into one way of one connection; null when it leaves that way alone.
 *
 * @param site - the connection and the way: what the seeded draws hang on
 */
export function stageFor(toxic: Toxic, way: Way, site: string): ((outlet: Outlet) => Stage) | null {
  if (toxic.type === 'refuse') return null;
  if (toxic.direction !== 'both' && toxic.direction !== way) return null;
  switch (toxic.type) {
    case 'latency': {
      const draw = decisions(toxic.seed).at('latency', site);
      const { minMs, maxMs } = toxic;
      return (outlet) => new DelayStage(outlet, (n) => minMs + draw(n) * (maxMs - minMs));
    }
    case 'loss': {
      const draw = decisions(toxic.seed).at('loss', site);
      return (outlet) => {
        let packet = 0;
        return new DelayStage(outlet, (_n, bytes) => {
          const delayMs = retransmissionDelayMs(toxic.lossRate, bytes, draw, packet);
          packet += packetsIn(bytes);
          return delayMs;
        });
      };
    }
    case 'drop':
      return (outlet) => new DropStage(outlet);
  }
}
