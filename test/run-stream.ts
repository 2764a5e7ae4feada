import type { ChaosEvent, PlannedScenario, RunStarted, Sample } from '../src/model/events.js';
import type { Aftermath, Evidence } from '../src/model/evidence.js';
import type { SuccessCriteria } from '../src/model/experiment.js';

/** How one scenario of a made-up run goes; what is left out goes well. */
export interface ScenarioStory {
  readonly name?: string;
  readonly planned?: Partial<PlannedScenario>;
  readonly skipped?: 'not-triggered' | 'earlier-scenario' | 'stopped' | 'not-steady';
  readonly failedAt?: 'prepare' | 'inject' | 'check';
  readonly first?: Evidence['active'] | 'missing';
  readonly last?: Evidence['active'] | 'missing';
  readonly exposure?: Evidence['exposure'];
  /** Of the first check alone. */
  readonly details?: NonNullable<Evidence['details']>;
  /** Latency of every sample while active, in ms. */
  readonly latencyMs?: number;
  /** Share of the samples while active that fail, spread evenly. */
  readonly failing?: number;
  readonly samples?: 'none';
  readonly targetFails?: 'during' | 'after-revert';
  readonly abort?: string;
  readonly revertOk?: boolean;
  /** What the sampler sees after the revert. */
  readonly back?: Aftermath['back'];
  readonly recovered?: boolean | 'missing';
  readonly recoveryMs?: number;
  /** Ends the stream there: the run died. */
  readonly diesAt?: 'active' | 'recovering';
  /** A person stops the run there. */
  readonly stoppedAt?: 'active';
}

/** How a made-up run goes; what is left out goes well. */
export interface RunStory {
  readonly scenarios?: readonly ScenarioStory[];
  readonly criteria?: SuccessCriteria | 'function';
  readonly baselineHeld?: boolean;
  readonly targetNeverReady?: boolean;
  readonly answer?: { readonly held: boolean; readonly error?: string };
  readonly clean?: boolean | 'missing';
  readonly stoppedBy?: 'signal' | 'caller' | 'error';
  readonly seed?: number;
}

const activeMs = 10_000;
const everyMs = 200;

/** The run's first event. */
export function runStarted(changes: Partial<RunStarted> = {}): RunStarted {
  return {
    type: 'run-started',
    t: 0,
    formatVersion: 1,
    runId: 'run-1',
    experiment: 'Checkout survives a slow inventory',
    description: '',
    target: 'checkout',
    hypothesis: 'Checkout answers in under a second',
    seed: 42,
    startedAt: '2026-11-23T10:00:00.000Z',
    scenarios: [plannedScenario()],
    probes: [{ name: 'checkout', everyMs, timeoutMs: 2_000 }],
    criteria: { maxResponseMs: 1_000, maxErrorRate: 0.05 },
    abortWhen: null,
    baselineMs: 5_000,
    holdMs: 3_000,
    maxRecoveryWaitMs: 60_000,
    environment: { chaosx: '0.1.0', node: 'v20.20.2', platform: 'linux x64' },
    ...changes,
  };
}

/** A scenario as the plan has it. */
export function plannedScenario(changes: Partial<PlannedScenario> = {}): PlannedScenario {
  return {
    name: 'high_latency',
    type: 'NETWORK_LATENCY',
    category: 'network',
    description: 'Latency',
    severity: 3,
    backend: 'proxy',
    activeMs,
    probability: 1,
    parameters: { latencyMs: 2_000 },
    targetComponents: ['inventory'],
    replayable: true,
    ...changes,
  };
}

/** Evidence that confirms a fault of 2 s. */
export function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    active: 'yes',
    measured: {
      quantity: 'round trip',
      unit: 'ms',
      baseline: 0.4,
      during: 2_000.6,
      expected: '2000 ms added',
    },
    exposure: { kind: 'counted', n: 50, what: 'chunks' },
    ...changes,
  };
}

/** A sample that arrives when it was answered. */
export function sample(intendedAt: number, changes: Partial<Sample> = {}): Sample {
  const latencyMs = changes.latencyMs ?? 12;
  return {
    type: 'sample',
    t: intendedAt + latencyMs,
    probe: 'checkout',
    intendedAt,
    latencyMs,
    outcome: 'passed',
    attempt: 0,
    ...changes,
  };
}

/** The events of a made-up run: baseline 5 s, each scenario 10 s active and 4 s of recovery, a sample every 200 ms. */
export function eventsOf(story: RunStory = {}): readonly ChaosEvent[] {
  const stories = story.scenarios ?? [{}];
  const planned = stories.map(({ name = 'high_latency', planned: changes }) =>
    plannedScenario({ name, ...changes }),
  );
  const events: ChaosEvent[] = [
    runStarted({
      scenarios: planned,
      seed: story.seed ?? 42,
      ...(story.criteria === undefined ? {} : { criteria: story.criteria }),
    }),
    { type: 'phase-entered', t: 0, phase: 'starting', plannedMs: null, scenario: null },
  ];
  let t = 0;
  const ending = () => {
    if (story.stoppedBy) events.push({ type: 'run-stopped', t, by: story.stoppedBy, detail: 'SIGINT' });
    if (story.clean !== 'missing') {
      const leftovers = story.clean === false ? ['a proxy of run-1 (pid 4711)'] : [];
      events.push({
        type: 'clean-exit-checked',
        t,
        clean: story.clean ?? true,
        checked: ['receipts'],
        leftovers,
      });
    }
    events.push({ type: 'run-ended', t, status: story.stoppedBy ? 'stopped' : 'completed' });
    return events;
  };
  if (story.targetNeverReady) {
    events.push({
      type: 'target-failed',
      t,
      reason: 'it exited with code 1',
      lastOutput: ['Error: no port'],
    });
    return ending();
  }
  events.push({ type: 'target-ready', t, tookMs: 300 });
  events.push({ type: 'phase-entered', t, phase: 'baseline', plannedMs: 5_000, scenario: null });
  for (; t < 5_000; t += everyMs) events.push(sample(t));
  const held = story.baselineHeld ?? true;
  events.push({
    type: 'baseline-ended',
    t,
    held,
    ...(held ? {} : { detail: 'checkout: expected status 200, got 503' }),
  });
  if (!held) return ending();

  for (const [scenario, one] of stories.entries()) {
    if (one.skipped !== undefined) {
      events.push({ type: 'scenario-skipped', t, scenario, why: one.skipped });
      continue;
    }
    const failed = (stage: 'prepare' | 'inject' | 'check') =>
      events.push({ type: 'fault-failed', t, scenario, stage, code: 'INJECTION_FAILED', message: 'no room' });
    const check = (when: 'first' | 'last', active: Evidence['active'] | 'missing' = 'yes') => {
      if (active === 'missing') return;
      const seen = evidence({
        active,
        ...(one.exposure === undefined ? {} : { exposure: one.exposure }),
        ...(one.details === undefined || when === 'last' ? {} : { details: one.details }),
      });
      events.push({ type: 'fault-checked', t, scenario, when, evidence: seen });
    };
    if (one.failedAt === 'prepare') {
      failed('prepare');
      continue;
    }
    const facts = { id: `run-1-s${scenario}`, runId: 'run-1', bootId: 'boot', expiresAt: 0 };
    const receipt = {
      kind: 'toxic',
      ...facts,
      controlPath: '/tmp/x',
      toxicId: 't',
      routes: ['inventory'],
    } as const;
    events.push({ type: 'fault-prepared', t, scenario, receipt });
    if (one.failedAt === 'inject') {
      failed('inject');
      continue;
    }
    events.push({ type: 'fault-injected', t, scenario });
    check('first', one.first);
    events.push({ type: 'phase-entered', t, phase: 'active', plannedMs: activeMs, scenario });
    let owed = 0;
    for (const end = t + activeMs; t < end; t += everyMs) {
      owed += one.failing ?? 0;
      const outcome = owed >= 1 - 1e-9 ? 'failed' : 'passed';
      if (outcome === 'failed') owed -= 1;
      // Answers come late, the samples still belong to their intended start.
      if (one.samples !== 'none') events.push(sample(t, { latencyMs: one.latencyMs ?? 20, outcome, t }));
    }
    if (one.targetFails === 'during') {
      events.push({ type: 'target-failed', t, reason: 'it was killed by SIGSEGV', lastOutput: ['boom'] });
    }
    if (one.abort !== undefined) {
      events.push({
        type: 'abort-condition-met',
        t,
        scenario,
        condition: one.abort,
        observed: 'checkout: 5 in a row',
      });
    }
    if (one.diesAt === 'active') return events;
    if (one.failedAt === 'check') failed('check');
    else check('last', one.last);
    events.push({ type: 'revert-started', t, scenario });
    t += 5;
    const ok = one.revertOk ?? true;
    events.push({
      type: 'fault-reverted',
      t,
      scenario,
      ok,
      ...(ok ? {} : { message: 'the proxy does not answer' }),
    });
    if (one.stoppedAt === 'active') {
      events.push({ type: 'run-stopped', t, by: 'signal', detail: 'SIGINT' });
      return ending();
    }
    if (one.back !== undefined) {
      events.push({
        type: 'aftermath-checked',
        t,
        scenario,
        back: one.back,
        after: one.back === 'yes' ? 1 : 500,
      });
    }
    events.push({ type: 'phase-entered', t, phase: 'recovering', plannedMs: 60_000, scenario });
    if (one.diesAt === 'recovering') return events;
    if (one.targetFails === 'after-revert') {
      events.push({ type: 'target-failed', t, reason: 'it exited with code 137', lastOutput: [] });
    }
    const recovered = one.recovered ?? one.targetFails === undefined;
    for (const end = t + 4_000; t < end; t += everyMs) {
      events.push(sample(t, { outcome: recovered === false ? 'failed' : 'passed' }));
    }
    if (recovered !== 'missing') {
      const recoveryMs = recovered ? (one.recoveryMs ?? 100) : null;
      events.push({ type: 'recovery-ended', t, scenario, recovered, recoveryMs });
    }
  }
  if (story.answer !== undefined) events.push({ type: 'criteria-answered', t, ...story.answer });
  return ending();
}
