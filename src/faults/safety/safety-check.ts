import type { Fault } from '../../model/fault.js';
import type { SafetyLimits } from '../../model/safety-limits.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';

/** A fault that is about to be made, as it may be unsafe. */
export interface PlannedFault {
  readonly scenario: Scenario;
  readonly fault: Fault;
  readonly activeMs: number;
}

/** Why a fault is unsafe and what to do instead; null when it is not. */
export type SafetyCheck = (
  planned: PlannedFault,
  target: Target,
  limits: SafetyLimits,
) => string | null | Promise<string | null>;
