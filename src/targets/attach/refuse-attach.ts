import { ChaosError } from '../../model/chaos-error.js';
import type { AttachRefusal } from './attach-refusal.js';

/** The error that says why the agent is not attached. */
export function refuseAttach({ reason, hint }: AttachRefusal): ChaosError {
  return new ChaosError('UNSAFE', `the agent is not attached: ${reason}`, { hint });
}
