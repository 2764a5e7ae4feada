import type { DelayDistribution } from '../model/scenario-parameters.js';

/**
 * A delay in ms, at least 0, from two independent uniform numbers in [0, 1).
 * Normal: Box and Muller (1958), cut off at 0. Exponential: the inverse of its distribution function.
 */
export function drawDelayMs(delay: DelayDistribution, u: number, v: number): number {
  if (typeof delay === 'number') return Math.max(0, delay);
  if (!('distribution' in delay)) return between(delay[0], delay[1], u);
  switch (delay.distribution) {
    case 'uniform':
      return between(delay.minMs, delay.maxMs, u);
    case 'normal':
      return Math.max(0, delay.meanMs + delay.standardDeviationMs * standardNormal(u, v));
    case 'exponential':
      return -delay.meanMs * Math.log(1 - u);
  }
}

function between(min: number, max: number, u: number): number {
  return Math.max(0, min + (max - min) * u);
}

function standardNormal(u: number, v: number): number {
  return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
}
