import type { DatagramToxicKind } from '../../toxics/toxic-kind.js';
import { instantStage } from '../datagram-stage.js';
import { type Chance, chanceProblem, scaledChance } from './probability.js';

/** Each datagram is lost or not, independently of the others. */
export const drop: DatagramToxicKind<Chance> = {
  type: 'drop',
  acts: 'on-datagrams',
  isClassic: false,
  attributes: { probability: 'number' },
  defaults: { probability: 1 },
  problem: ({ probability }) => chanceProblem('probability', probability),
  scaled: scaledChance,
  start: (toxic, outlet, draws) => {
    const draw = draws('drop');
    return instantStage((datagram) => {
      if (draw(datagram.key) < toxic.settings.probability) outlet.lost(datagram);
      else outlet.push(datagram);
    });
  },
};
