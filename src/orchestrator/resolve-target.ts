import { ChaosError } from '../model/chaos-error.js';
import type { StartSpec, TargetSystem } from '../model/experiment.js';
import type { Target } from '../model/target.js';
import { addressTarget } from '../targets/address-target.js';
import { frontedTarget, isFrontSpec } from '../targets/fronted-target.js';
import { isRunningSpec, runningTarget } from '../targets/running-target.js';
import { startedTarget } from '../targets/started-target.js';
import { thisProcessTarget } from '../targets/this-process-target.js';

/** A target, and how to start it where it is not there yet. */
export interface ResolvedTarget {
  readonly target: Target;
  readonly startSpec: StartSpec | null;
}

/**
 * The target that an experiment means: its own, else the default.
 * A name stands for the registered target of that name, or for this process when there is none.
 *
 * @throws ChaosError MISSING_INPUT when neither names a target; as `runningTarget`
 */
export function resolveTarget(asked: TargetSystem | undefined, registered?: TargetSystem): ResolvedTarget {
  const meant = asked ?? registered;
  if (meant === undefined) {
    throw new ChaosError('MISSING_INPUT', 'the experiment names no target', {
      hint: 'give it a targetSystem, or pass one to `new ChaosOrchestrator({ targetSystem })`',
    });
  }
  if (typeof meant === 'string') {
    if (typeof registered === 'object' && registered.name === meant) return resolveTarget(registered);
    return { target: thisProcessTarget(meant), startSpec: null };
  }
  if ('kind' in meant) return { target: meant, startSpec: null };
  if (isFrontSpec(meant)) return { target: frontedTarget(meant), startSpec: null };
  if (isRunningSpec(meant)) return { target: runningTarget(meant), startSpec: null };
  if ('address' in meant) return { target: addressTarget(meant), startSpec: null };
  return { target: startedTarget(meant), startSpec: meant };
}
