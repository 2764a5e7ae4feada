import type { Prober } from '../probes/prober.js';
import type { Run } from './run.js';
import type { LiveTarget } from './run-ports.js';
import { SteadyState } from './steady-state.js';

const pollMs = 20;

/** The steady state must hold before anything is broken. Ends early with the first probe that does not. */
export async function awaitBaseline(run: Run, live: LiveTarget, prober: Prober): Promise<boolean> {
  const { plan, ports } = run;
  run.emit({ type: 'phase-entered', phase: 'baseline', plannedMs: plan.baselineMs, scenario: null });
  run.steady = new SteadyState(plan.probes);
  prober.setRetrying(true);
  const until = run.now() + plan.baselineMs;
  // However short the baseline, each probe is asked at least once; the prober ends every ask by its time limit.
  while (run.now() < until || run.steady.undecided().length > 0) {
    if (run.targetEnded.aborted) return false;
    if (run.steady.failure() !== null) break;
    await ports.clock.sleep(pollMs, ports.signal);
  }
  prober.setRetrying(false);
  const failure = run.steady.failure();
  run.emit({
    type: 'baseline-ended',
    held: failure === null,
    ...(failure === null
      ? {}
      : { detail: `${failure.probe}: ${failure.detail}`, lastOutput: live.lastOutput() }),
  });
  return failure === null;
}
