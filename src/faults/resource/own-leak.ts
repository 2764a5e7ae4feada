import { ChaosError } from '../../model/chaos-error.js';
import type { MemoryLeakParameters, OwnLeak } from '../../model/scenario-parameters.js';

/** Why a leak cannot be in the target itself. */
export const isBeside = 'with place beside a process grows next to the target, and not the target';

/** @throws ChaosError UNSUPPORTED_SCENARIO when it is to be beside the target */
export function ownLeak({ place, ...rest }: MemoryLeakParameters): OwnLeak {
  if (place === 'beside') throw new ChaosError('UNSUPPORTED_SCENARIO', isBeside);
  return { ...rest, place };
}
