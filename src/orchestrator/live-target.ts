import { agentUseFor } from '../faults/agent-use.js';
import { isChaosError } from '../model/chaos-error.js';
import type { StartSpec } from '../model/experiment.js';
import { categoryOf } from '../model/scenario-type.js';
import type { FrontedTarget, ObjectsTarget, RunningTarget, ThisProcessTarget } from '../model/target.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import type { AgentUse, OpenContext } from '../targets/open-context.js';
import { FollowedProcess } from '../targets/followed-process.js';
import { openFront } from '../targets/open-front.js';
import { openOutgoing } from '../targets/open-outgoing.js';
import { openRunning } from '../targets/open-running.js';
import { type OpenTarget, openTarget } from '../targets/open-target.js';
import { isTargetNotReady } from '../targets/target-not-ready.js';
import type { Plan } from './plan.js';
import type { LiveTarget, TargetNotUp } from './run-ports.js';

/** Beside all phases at their longest: start, stop, and the undo's own limits. */
const slackMs = 120_000;
/** For the proxy of this process's connections to go. */
const stopLimitMs = 10_000;

/** True when probes start processes. */
export function runsCommands({ experiment }: Plan): boolean {
  return experiment.probes.some((spec) => 'command' in spec);
}

/**
 * Brings the target up. That it does not come up is an outcome of the system under test, not an exception.
 * While it is up, the commands of probes have a receipt: a run that is killed leaves none of them behind.
 */
export async function openLiveTarget(
  plan: Plan,
  startSpec: StartSpec | null,
  outer: Omit<OpenContext, 'expiresAt'>,
): Promise<LiveTarget | TargetNotUp> {
  const context = { ...outer, expiresAt: outer.clock.wallMs() + longestRunMs(plan) };
  if (!runsCommands(plan)) return openPlanned(plan, startSpec, context);
  const { runId, bootId, expiresAt, journal } = context;
  const id = `${runId}-probes`;
  await journal.record({
    kind: 'started-process',
    id,
    runId,
    bootId,
    expiresAt,
    program: 'commands of probes',
  });
  try {
    const live = await openPlanned(plan, startSpec, context);
    if ('failed' in live) await journal.done(id);
    else
      return {
        ...live,
        [Symbol.asyncDispose]: () => live[Symbol.asyncDispose]().then(() => journal.done(id)),
      };
    return live;
  } catch (error) {
    await journal.done(id);
    throw error;
  }
}

async function openPlanned(
  plan: Plan,
  startSpec: StartSpec | null,
  context: OpenContext,
): Promise<LiveTarget | TargetNotUp> {
  const { target } = plan;
  if (target.kind === 'fronted') return openFronted(target, context);
  if (target.kind === 'running') return openAttached(plan, target, context);
  if ((target.kind === 'objects' || target.kind === 'this-process') && breaksConnections(plan))
    return openWithOutgoing(target, context);
  if (target.kind !== 'started' || startSpec === null) {
    return {
      target,
      ended: new Promise(() => undefined),
      lost: new Promise(() => undefined),
      lastOutput: () => [],
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  try {
    const agent = agentUse(plan);
    const preloadsClock = isByPreload(plan);
    const open = await openTarget(target, startSpec, {
      ...context,
      preloadsClock,
      ...(agent !== null && { agent }),
    });
    return {
      target: open.target,
      ended: endedByItself(open),
      lost: open.proxyEnded.then(() => 'the fault proxy in front of its dependencies ended'),
      lastOutput: () => open.lastOutput(),
      [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
    };
  } catch (error) {
    if (isTargetNotReady(error)) return { failed: error.message, lastOutput: error.lastOutput };
    throw error;
  }
}

/** The agent is there from before the baseline until after recovery; without faults that need it, the process is only watched. */
async function openAttached(
  plan: Plan,
  target: RunningTarget,
  context: OpenContext,
): Promise<LiveTarget | TargetNotUp> {
  const agent = agentUse(plan);
  if (agent === null) {
    const followed = follow(target, context);
    return {
      ...followed,
      lost: new Promise(() => undefined),
      lastOutput: () => [],
      [Symbol.asyncDispose]: () => Promise.resolve(followed.unfollow()),
    };
  }
  try {
    const open = await openRunning(target, { ...context, agent });
    const followed = follow(open.target, context);
    return {
      ...followed,
      lost: open.proxyEnded.then(() => `the fault proxy of the outgoing connections of ${target.name} ended`),
      lastOutput: () => [],
      [Symbol.asyncDispose]: () => {
        followed.unfollow();
        return open[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    // It may have changed since the plan: that it cannot be attached to now is a finding about it.
    if (isTargetNotReady(error) || (isChaosError(error) && error.code === 'UNSAFE'))
      return { failed: error.message, lastOutput: [] };
    throw error;
  }
}

/** A target whose process may be ended by a fault, and another one be there in its place. */
function follow(
  target: RunningTarget,
  { clock }: OpenContext,
): Pick<LiveTarget, 'target' | 'ended'> & { unfollow(): void } {
  const over = new AbortController();
  const followed = new FollowedProcess(target.process, clock, over.signal);
  return {
    target: {
      ...target,
      get process() {
        return followed.current;
      },
      life: followed,
    },
    ended: followed.ended.then(({ pid }) => `process ${pid} ended`),
    unfollow: () => over.abort(),
  };
}

/** What the faults by the agent need of it; null without such faults. */
export function agentUse({ steps, observedFiles: handlers }: Plan): AgentUse | null {
  const scenarios = steps.filter(({ fault }) => fault.backend === 'agent').map(({ scenario }) => scenario);
  if (scenarios.length === 0 && handlers.length === 0) return null;
  return { ...agentUseFor(scenarios), handlers };
}

/** True when a scenario shows the target another time by what is preloaded into it. */
function isByPreload({ steps }: Plan): boolean {
  return steps.some(
    ({ scenario, fault }) => categoryOf(scenario.scenarioType) === 'time' && fault.backend === 'process',
  );
}

/** True when a scenario acts on connections: of what is not started, on those of this process. */
function breaksConnections({ steps }: Plan): boolean {
  return steps.some(({ scenario }) => categoryOf(scenario.scenarioType) === 'network');
}

/** Its connections go through the proxy from before the baseline: those that are kept alive meet the faults too. */
async function openWithOutgoing(
  target: ObjectsTarget | ThisProcessTarget,
  context: OpenContext,
): Promise<LiveTarget> {
  const outgoing = await openOutgoing(context);
  return {
    target: { ...target, outgoing: outgoing.route },
    ended: new Promise(() => undefined),
    lost: outgoing.ended.then(() => "the fault proxy of this process's outgoing connections ended"),
    lastOutput: () => [],
    [Symbol.asyncDispose]: () => outgoing.stop(timeoutSignal(stopLimitMs)),
  };
}

/** The proxy is there from before the baseline until after recovery; connections that are open then are never cut. */
async function openFronted(target: FrontedTarget, context: OpenContext): Promise<LiveTarget> {
  const front = await openFront(target, context);
  return {
    target: { ...target, routes: front.routes },
    ended: new Promise(() => undefined),
    lost: front.ended.then(() => `the fault proxy in front of ${target.name} ended`),
    lastOutput: () => [],
    [Symbol.asyncDispose]: () => front.stop(timeoutSignal(stopLimitMs)),
  };
}

/** Never settles for a target that was stopped. */
function endedByItself(open: OpenTarget): Promise<string> {
  return new Promise((resolve) => {
    void open.exited.then(() => {
      const failure = open.failure();
      if (failure !== null) resolve(failure);
    });
  });
}

/** The watchdog ends what is still there after this, even if the run hangs. */
function longestRunMs({ steps, baselineMs, holdMs, maxRecoveryWaitMs }: Plan): number {
  const scenariosMs = steps.reduce(
    (sum, { planned }) => sum + planned.activeMs + maxRecoveryWaitMs + holdMs,
    0,
  );
  return baselineMs + scenariosMs + slackMs;
}
