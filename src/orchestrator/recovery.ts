import type { Prober } from '../probes/prober.js';
import type { Run } from './run.js';
import { SteadyState } from './steady-state.js';

const pollMs = 20;

/** Waits until the steady state has held for the hold time, or the longest wait has passed, or the target is gone. */
export async function awaitRecovery(
  run: Run,
  scenarios: readonly number[],
  prober: Prober,
): Promise<boolean> {
  const { plan, ports } = run;
  const revertedAt = run.now();
  const scenario = scenarios.at(-1) ?? null;
  run.emit({ type: 'phase-entered', phase: 'recovering', plannedMs: plan.maxRecoveryWaitMs, scenario });
  run.steady = new SteadyState(plan.probes);
  prober.setRetrying(true);
  let heldSince: number | null = null;
  for (;;) {
    heldSince = run.steady.heldSince(revertedAt, plan.holdMs);
    if (heldSince !== null && run.now() - heldSince >= plan.holdMs) break;
    if (run.targetEnded.aborted || run.now() - revertedAt >= plan.maxRecoveryWaitMs) {
      heldSince = null;
      break;
    }
    await ports.clock.sleep(pollMs, ports.signal);
  }
  prober.setRetrying(false);
  const recovered = heldSince !== null;
  const recoveryMs = heldSince === null ? null : heldSince - revertedAt;
  for (const index of scenarios) run.emit({ type: 'recovery-ended', scenario: index, recovered, recoveryMs });
  return recovered;
}
