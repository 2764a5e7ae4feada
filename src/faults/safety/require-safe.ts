import { ChaosError } from '../../model/chaos-error.js';
import type { SafetyLimits } from '../../model/safety-limits.js';
import type { Target } from '../../model/target.js';
import { aboveDuration } from './above-duration.js';
import { belowFloor } from './below-floor.js';
import { onProtectedPath } from './on-protected-path.js';
import { onProtectedPort } from './on-protected-port.js';
import { onProtectedProcess } from './on-protected-process.js';
import type { PlannedFault, SafetyCheck } from './safety-check.js';

const checks: readonly SafetyCheck[] = [
  aboveDuration,
  onProtectedProcess,
  onProtectedPort,
  onProtectedPath,
  belowFloor,
];

/**
 * Looks whether faults keep the limits, without touching anything.
 *
 * @throws ChaosError UNSAFE with everything that does not, and what to do instead
 */
export async function requireSafe(
  planned: readonly PlannedFault[],
  target: Target,
  limits: SafetyLimits = {},
): Promise<void> {
  const problems = new Set<string>();
  for (const one of planned) {
    for (const check of checks) {
      const problem = await check(one, target, limits);
      if (problem !== null) problems.add(`${one.scenario.name}: ${problem}`);
    }
  }
  if (problems.size === 0) return;
  throw new ChaosError(
    'UNSAFE',
    `expected faults within the safety limits, got\n  ${[...problems].join('\n  ')}`,
    {
      hint: 'change what is named; the limits are under `safety` of the experiment (docs/safety.md)',
    },
  );
}
