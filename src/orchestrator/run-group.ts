import { type Injection, injectFault, revertLimitMs } from '../faults/injection.js';
import { isChaosError } from '../model/chaos-error.js';
import { timeLimit } from '../model/time-limit.js';
import type { Prober } from '../probes/prober.js';
import { checkAfter } from './check-after.js';
import { type ActiveScenario, observe } from './observe.js';
import { observeWork } from './observe-work.js';
import { awaitRecovery } from './recovery.js';
import type { PlanStep } from './plan.js';
import type { Run } from './run.js';
import type { LiveTarget } from './run-ports.js';

/** How a group of scenarios ended, as far as the next ones care. */
export type GroupOutcome = 'recovered' | 'not-recovered' | 'leaked' | 'stopped';

/**
 * Injects the group's scenarios in order, observes, reverts them LIFO, and waits for the steady state while the
 * samplers of the faults look whether all is as it was before.
 */
export async function runGroup(
  run: Run,
  group: readonly PlanStep[],
  live: LiveTarget,
  prober: Prober,
): Promise<GroupOutcome> {
  const early = new AbortController();
  const active: ActiveScenario[] = [];
  let stopped = false;
  let reverted: readonly ActiveScenario[] = [];
  try {
    using _watch = run.watchAbortConditions(({ condition, observed }) => {
      stopped = true;
      // Of several faults that are active together, none is singled out.
      const scenario = active.length === 1 ? (active[0]?.step.index ?? null) : null;
      run.emit({ type: 'abort-condition-met', scenario, condition, observed });
      early.abort(new Error(condition));
    });
    for (const step of group) {
      // What already had to stop, or is no longer there, is not broken further.
      const why = stopped ? 'stopped' : run.targetEnded.aborted ? 'earlier-scenario' : null;
      if (why !== null) {
        run.emit({ type: 'scenario-skipped', scenario: step.index, why });
        continue;
      }
      const injection = await injectStep(run, step, live);
      if (injection === null) continue;
      active.push({ step, injection, injectedAt: run.now() });
      run.emit({ type: 'fault-injected', scenario: step.index });
    }
    if (active.length > 0) {
      if (live.work === undefined) await observe(run, active, early);
      else await observeWork(run, active, live.work);
    }
  } finally {
    reverted = await revertAll(run, active);
  }
  run.throwIfStopped();
  if (active.length === 0) return 'recovered';
  const looking = checkAfter(run, reverted);
  let recovered = false;
  let clean = reverted.length === active.length;
  try {
    const indices = active.map(({ step }) => step.index);
    // Work ends with its faults: nothing is there that could recover.
    recovered = live.work !== undefined || (await awaitRecovery(run, indices, prober));
  } finally {
    // Nothing looks any more once the next scenario begins, or the run ends.
    clean &&= await looking;
  }
  if (stopped) {
    run.emit({
      type: 'run-stopped',
      by: 'abort-condition',
      detail: (early.signal.reason as Error).message,
    });
    return 'stopped';
  }
  if (!clean) return 'leaked';
  return recovered ? 'recovered' : 'not-recovered';
}

async function injectStep(run: Run, step: PlanStep, live: LiveTarget): Promise<Injection | null> {
  const { plan, ports } = run;
  const { index: scenario, planned } = step;
  // A hash, as every choice: whether a scenario triggers does not depend on what ran before it.
  if (run.decide('trigger', step.scenario.name, scenario) >= planned.probability) {
    run.emit({ type: 'scenario-skipped', scenario, why: 'not-triggered' });
    return null;
  }
  run.throwIfStopped();
  run.emit({ type: 'phase-entered', phase: 'injecting', plannedMs: null, scenario });
  let stage: 'prepare' | 'inject' = 'prepare';
  try {
    return await injectFault(
      step.fault,
      step.scenario,
      {
        runId: ports.runId,
        injectionId: `${ports.runId}-s${scenario}`,
        target: live.target,
        decide: run.decide,
        clock: ports.clock,
        bootId: ports.bootId,
        expiresAt: ports.clock.wallMs() + planned.activeMs + plan.maxRecoveryWaitMs + revertLimitMs,
        fired: (decision) => run.emit({ type: 'decision-fired', scenario, ...decision }),
        signal: ports.signal,
      },
      {
        journal: ports.journal,
        onPrepared: (receipt) => {
          stage = 'inject';
          run.emit({ type: 'fault-prepared', scenario, receipt });
        },
      },
    );
  } catch (error) {
    run.throwIfStopped();
    const [code, message] = isChaosError(error)
      ? [error.code, error.message]
      : ['INJECTION_FAILED', String(error)];
    run.emit({ type: 'fault-failed', scenario, stage, code, message });
    return null;
  }
}

/**
 * Reverts LIFO under a limit of its own; a stopped run reverts just the same.
 *
 * @returns those whose revert did not fail
 */
async function revertAll(run: Run, active: readonly ActiveScenario[]): Promise<readonly ActiveScenario[]> {
  const reverted: ActiveScenario[] = [];
  for (const one of active.toReversed()) {
    const { step, injection } = one;
    const scenario = step.index;
    run.emit({ type: 'phase-entered', phase: 'reverting', plannedMs: null, scenario });
    run.emit({ type: 'revert-started', scenario });
    try {
      using within = timeLimit(revertLimitMs);
      await injection.revert(within.signal);
      run.emit({ type: 'fault-reverted', scenario, ok: true });
      reverted.push(one);
    } catch (error) {
      run.emit({ type: 'fault-reverted', scenario, ok: false, message: String(error) });
    }
  }
  return reverted;
}
