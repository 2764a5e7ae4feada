import { ChaosError } from '../model/chaos-error.js';

/** Why a target is not up. */
export type NotReadyCause = 'not-started' | 'exited' | 'never-ready' | 'port-in-use' | 'not-attached';

/** A started target did not come up; code TARGET_NOT_READY. Everything that it had started is gone again. */
export class TargetNotReady extends ChaosError {
  readonly why: NotReadyCause;
  /** Its last lines of output, oldest first, at most 20. */
  readonly lastOutput: readonly string[];

  constructor(why: NotReadyCause, message: string, lastOutput: readonly string[], hint: string) {
    super('TARGET_NOT_READY', message, { hint });
    this.why = why;
    this.lastOutput = lastOutput;
  }
}

/** True for a TargetNotReady of any loaded copy of this package. */
export function isTargetNotReady(value: unknown): value is TargetNotReady {
  return (
    value instanceof Error && 'code' in value && value.code === 'TARGET_NOT_READY' && 'lastOutput' in value
  );
}
