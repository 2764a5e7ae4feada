import type { DatagramToxicKind } from '../../toxics/toxic-kind.js';
import { instantStage } from '../datagram-stage.js';
import { BurstChain } from './burst-chain.js';
import { chanceProblem } from './probability.js';

type BurstDropSettings = {
  /** Chance to go from the good state to the bad one, for each datagram */
  readonly p: number;
  /** Chance to come back: a bad state lasts 1 / r datagrams on average */
  readonly r: number;
  /** Chance to be lost in the good state */
  readonly loss_good: number;
  /** Chance to be lost in the bad state */
  readonly loss_bad: number;
};

/** Losses come in bursts, as Gilbert and Elliott model them. */
export const burstDrop: DatagramToxicKind<BurstDropSettings> = {
  type: 'burst_drop',
  acts: 'on-datagrams',
  isClassic: false,
  attributes: { p: 'number', r: 'number', loss_good: 'number', loss_bad: 'number' },
  defaults: { r: 1, loss_bad: 1 },
  problem: (settings) => {
    for (const [name, chance] of Object.entries(settings)) {
      const problem = chanceProblem(name, chance);
      if (problem !== null) return problem;
    }
    return null;
  },
  scaled: (settings, share) => ({
    ...settings,
    p: settings.p * share,
    loss_good: settings.loss_good * share,
  }),
  start: (toxic, outlet, draws) => {
    const chain = new BurstChain(draws('burst'));
    const draw = draws('drop');
    return instantStage((datagram) => {
      const { settings } = toxic;
      const chance = chain.isBad(datagram.n, settings) ? settings.loss_bad : settings.loss_good;
      if (draw(datagram.key) < chance) outlet.lost(datagram);
      else outlet.push(datagram);
    });
  },
};
