import type { DatagramToxicKind } from '../../toxics/toxic-kind.js';
import { instantStage } from '../datagram-stage.js';
import { type Chance, chanceProblem, scaledChance } from './probability.js';

/** A second copy follows at once. Toxics behind this one decide about each copy by itself. */
export const duplicate: DatagramToxicKind<Chance> = {
  type: 'duplicate',
  acts: 'on-datagrams',
  isClassic: false,
  attributes: { probability: 'number' },
  defaults: { probability: 1 },
  problem: ({ probability }) => chanceProblem('probability', probability),
  scaled: scaledChance,
  start: (toxic, outlet, draws) => {
    const [draw, drawKey] = [draws('duplicate'), draws('duplicate/copy')];
    return instantStage((datagram) => {
      outlet.push(datagram);
      if (draw(datagram.key) >= toxic.settings.probability) return;
      outlet.copied(datagram);
      outlet.push({ ...datagram, key: Math.floor(drawKey(datagram.key) * 2 ** 32) });
    });
  },
};
