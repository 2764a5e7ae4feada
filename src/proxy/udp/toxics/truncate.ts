import type { DatagramToxicKind } from '../../toxics/toxic-kind.js';
import { instantStage } from '../datagram-stage.js';
import { type Chance, chanceProblem, countProblem, scaledChance } from './probability.js';

type TruncateSettings = Chance & {
  /** Bytes that are left */
  readonly length: number;
};

/** The end of a datagram is cut off. */
export const truncate: DatagramToxicKind<TruncateSettings> = {
  type: 'truncate',
  acts: 'on-datagrams',
  isClassic: false,
  attributes: { length: 'integer', probability: 'number' },
  defaults: { probability: 1 },
  problem: ({ length, probability }) =>
    countProblem('length', length, 0, 65_535) ?? chanceProblem('probability', probability),
  scaled: scaledChance,
  start: (toxic, outlet, draws) => {
    const draw = draws('truncate');
    return instantStage((datagram) => {
      const { length, probability } = toxic.settings;
      if (datagram.payload.length <= length || draw(datagram.key) >= probability) {
        outlet.push(datagram);
        return;
      }
      outlet.acted(datagram);
      outlet.push({ ...datagram, payload: datagram.payload.subarray(0, length) });
    });
  },
};
