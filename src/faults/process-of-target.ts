import { ChaosError } from '../model/chaos-error.js';
import type { ProcessIdentity } from '../model/receipt.js';
import type { Target } from '../model/target.js';

/** @throws ChaosError TARGET_NOT_READY when the target is no process, or does not run */
export function processOfTarget(target: Target): ProcessIdentity {
  if (target.kind === 'running') return target.process;
  if (target.kind === 'started' && target.running !== undefined) return target.running.process;
  throw new ChaosError('TARGET_NOT_READY', `expected ${target.name} to be a process that runs, it is not`);
}
