import { taggedBaggage } from '../interpose/request-tags.js';
import { eventFormatVersion } from '../model/events.js';
import { unlessAborted } from '../model/unless-aborted.js';
import type { Status } from '../model/verdict.js';
import { startProber } from '../probes/prober.js';
import { awaitBaseline } from './baseline.js';
import { HandlerWatch } from './handler-watch.js';
import type { Plan } from './plan.js';
import { Run } from './run.js';
import type { LiveTarget, RunPorts } from './run-ports.js';
import { workUndisturbed } from './observe-work.js';
import { type GroupOutcome, runGroup } from './run-group.js';
import { stopReasonOf } from './stop-reason.js';

/**
 * One experiment, start to end. It only emits events: verdicts, metrics and reports are folds over them.
 *
 * Whatever happens (Ctrl-C, an abort condition, a target that dies, a bug) takes the same way out: revert, stop the
 * target, look for leftovers, `run-ended`.
 *
 * @throws only for bugs of ours, after everything was reverted and the last event was emitted
 */
export async function runPlan(plan: Plan, ports: RunPorts): Promise<void> {
  const run = new Run(plan, ports);
  announce(run);
  let status: Status;
  let bug: { readonly error: unknown } | null = null;
  try {
    status = await runOnTarget(run);
  } catch (error) {
    if (run.ports.signal.aborted) {
      run.emit({ type: 'run-stopped', ...stopReasonOf(run.ports.signal) });
      status = 'stopped';
    } else {
      run.emit({ type: 'run-stopped', by: 'error', detail: String(error) });
      status = 'crashed';
      bug = { error };
    }
  }
  try {
    run.emit({ type: 'clean-exit-checked', ...(await ports.checkCleanExit()) });
  } catch (error) {
    run.emit({ type: 'run-stopped', by: 'error', detail: `looking for leftovers failed: ${String(error)}` });
    status = 'crashed';
    bug ??= { error };
  }
  run.emit({ type: 'run-ended', status });
  if (bug !== null) throw bug.error;
}

function announce(run: Run): void {
  const { plan, ports } = run;
  const { experiment, criteria } = plan;
  run.emit({
    type: 'run-started',
    formatVersion: eventFormatVersion,
    runId: ports.runId,
    experiment: experiment.name,
    description: experiment.description,
    target: plan.target.name,
    hypothesis: experiment.steadyStateHypothesis,
    seed: plan.seed,
    startedAt: new Date(ports.clock.wallMs()).toISOString(),
    scenarios: plan.steps.map((step) => step.planned),
    probes: [
      ...plan.probes.map(({ name, everyMs, timeoutMs }) => ({ name, everyMs, timeoutMs })),
      ...(plan.work === null
        ? []
        : [
            {
              name: plan.work.probe,
              everyMs: plan.work.timeLimitMs,
              timeoutMs: plan.work.timeLimitMs,
            },
          ]),
    ],
    criteria: typeof criteria === 'function' ? 'function' : criteria,
    abortWhen: experiment.abortWhen ?? null,
    baselineMs: plan.baselineMs,
    holdMs: plan.holdMs,
    maxRecoveryWaitMs: plan.maxRecoveryWaitMs,
    environment: ports.environment,
    ...(usesTags(plan) && { requestTag: taggedBaggage(ports.runId) }),
  });
}

function usesTags({ steps, experiment }: Plan): boolean {
  return (
    steps.some(({ planned }) => planned.parameters['scope'] !== undefined) ||
    experiment.probes.some((probe) => 'http' in probe && probe.tagged === true)
  );
}

async function runOnTarget(run: Run): Promise<Status> {
  const { ports } = run;
  run.emit({ type: 'phase-entered', phase: 'starting', plannedMs: null, scenario: null });
  const opened = await ports.openTarget(ports.signal);
  if ('failed' in opened) {
    run.throwIfStopped();
    run.emit({ type: 'target-failed', reason: opened.failed, lastOutput: opened.lastOutput });
    skipAll(run);
    return 'baseline';
  }
  try {
    run.emit({ type: 'target-ready', tookMs: run.now() });
    using _watch = run.watchTarget(opened);
    return await runProbed(run, opened);
  } finally {
    run.emit({ type: 'phase-entered', phase: 'ending', plannedMs: null, scenario: null });
    await opened[Symbol.asyncDispose]();
  }
}

async function runProbed(run: Run, live: LiveTarget): Promise<Status> {
  const { plan, ports } = run;
  const probing = new AbortController();
  await using prober = startProber({
    probes: plan.probes,
    clock: ports.clock,
    startedAtMs: run.startedAtMs,
    emit: (sample) => run.emit(sample),
    onDecision: (decision) => run.steady.decide(decision),
    signal: probing.signal,
  });
  if (live.work !== undefined && plan.steps.length === 0) {
    await workUndisturbed(run, live.work);
    return 'completed';
  }
  if (!(await awaitBaseline(run, live, prober))) {
    skipAll(run);
    return 'baseline';
  }
  await using handlers = await HandlerWatch.open(run, live);
  let outcome: GroupOutcome = 'recovered';
  const groups = plan.experiment.parallel ? [plan.steps] : plan.steps.map((step) => [step]);
  for (const group of groups) {
    if (outcome === 'recovered' && !run.targetEnded.aborted) {
      outcome = await handlers.during(group, () => runGroup(run, group, live, prober));
      continue;
    }
    const why = outcome === 'stopped' ? 'stopped' : 'earlier-scenario';
    for (const { index } of group) run.emit({ type: 'scenario-skipped', scenario: index, why });
  }
  await askCriteriaFunction(run);
  return outcome === 'stopped' ? 'stopped' : outcome === 'recovered' ? 'completed' : 'recovering';
}

function skipAll(run: Run): void {
  for (const { index } of run.plan.steps)
    run.emit({ type: 'scenario-skipped', scenario: index, why: 'not-steady' });
}

/** The user's function judges once, here; its answer is an event, so that judging again needs no code. */
async function askCriteriaFunction(run: Run): Promise<void> {
  const { criteria } = run.plan;
  if (typeof criteria !== 'function') return;
  try {
    // From JavaScript it may answer anything; only true holds.
    const answer: unknown = await unlessAborted(criteria(run.ports.metrics()), run.ports.signal);
    run.emit({ type: 'criteria-answered', held: answer === true });
  } catch (error) {
    run.throwIfStopped();
    run.emit({ type: 'criteria-answered', held: false, error: String(error) });
  }
}
