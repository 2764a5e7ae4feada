import type { ThisProcessTarget } from '../model/target.js';

/** This process as a target: network faults act on its outgoing connections. */
export function thisProcessTarget(name: string): ThisProcessTarget {
  return Object.freeze({ kind: 'this-process', name });
}
