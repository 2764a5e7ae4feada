import type { DatagramToxicKind } from '../../toxics/toxic-kind.js';
import { instantStage } from '../datagram-stage.js';
import { type Chance, chanceProblem, countProblem, scaledChance } from './probability.js';

type FlipBitsSettings = Chance & {
  /** How many bits of the datagram */
  readonly bits: number;
};

const mostBits = 64;

/** Bits of a datagram are flipped; its UDP checksum is right all the same. */
export const flipBits: DatagramToxicKind<FlipBitsSettings> = {
  type: 'flip_bits',
  acts: 'on-datagrams',
  isClassic: false,
  attributes: { bits: 'integer', probability: 'number' },
  defaults: { bits: 1, probability: 1 },
  problem: ({ bits, probability }) =>
    countProblem('bits', bits, 1, mostBits) ?? chanceProblem('probability', probability),
  scaled: scaledChance,
  start: (toxic, outlet, draws) => {
    const draw = draws('flip_bits');
    const drawPlaces = Array.from({ length: mostBits }, (_, i) => draws(`flip_bits/${i}`));
    return instantStage((datagram) => {
      const { bits, probability } = toxic.settings;
      if (datagram.payload.length === 0 || draw(datagram.key) >= probability) {
        outlet.push(datagram);
        return;
      }
      outlet.acted(datagram);
      const us = drawPlaces.slice(0, bits).map((drawPlace) => drawPlace(datagram.key));
      outlet.push({ ...datagram, payload: withFlippedBits(datagram.payload, us) });
    });
  },
};

/**
 * A copy with one bit flipped for each draw (all bits when there are fewer), none of them twice.
 *
 * @param us - uniform in [0, 1)
 */
export function withFlippedBits(payload: Buffer, us: readonly number[]): Buffer {
  const bits = payload.length * 8;
  const places = new Set<number>();
  for (const u of us.slice(0, bits)) {
    let place = Math.floor(u * bits);
    while (places.has(place)) place = (place + 1) % bits;
    places.add(place);
  }
  const flipped = Buffer.from(payload);
  for (const place of places) flipped[place >> 3] = (flipped[place >> 3] ?? 0) ^ (1 << (place & 7));
  return flipped;
}
