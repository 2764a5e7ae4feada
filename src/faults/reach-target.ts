import type { Fault } from '../model/fault.js';
import type { NetworkRoute } from '../model/network.js';
import type { Scenario } from '../model/scenario.js';
import type { Target } from '../model/target.js';
import type { OpenContext } from '../targets/open-context.js';
import { openRunning } from '../targets/open-running.js';
import { agentUseFor } from './agent-use.js';

/** A target as a single fault acts on it. */
export interface ReachedTarget {
  readonly target: Target;
  /** Gives it back as it was. Idempotent; null when nothing was done to it. */
  readonly leave: ((signal: AbortSignal) => Promise<void>) | null;
}

/** The target has as long to connect anywhere: only what it opens after the attach goes through the proxy. */
const connectLimitMs = 5_000;
const lookEveryMs = 50;

/**
 * Attaches the agent to a running process when a fault is made by it and nobody has attached it yet.
 *
 * @throws as `openRunning`; when it rejects, nothing is left
 */
export async function reachTarget(
  { backend }: Fault,
  scenario: Scenario,
  target: Target,
  context: OpenContext,
): Promise<ReachedTarget> {
  if (backend !== 'agent' || target.kind !== 'running' || target.agent !== undefined)
    return { target, leave: null };
  const open = await openRunning(target, { ...context, agent: agentUseFor([scenario]) });
  try {
    if (open.target.outgoing !== undefined) await awaitConnection(open.target.outgoing, context);
  } catch (error) {
    await open[Symbol.asyncDispose]();
    throw error;
  }
  return { target: open.target, leave: (signal) => open.detach(signal) };
}

/** Without one in time, the fault says what it lacks. */
async function awaitConnection(route: NetworkRoute, { clock, signal }: OpenContext): Promise<void> {
  const untilMs = clock.nowMs() + connectLimitMs;
  while (clock.nowMs() < untilMs && (await route.stats(signal)).connections === 0)
    await clock.sleep(lookEveryMs, signal);
}
