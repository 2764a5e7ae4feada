import type { ArmedFault } from '../../model/agent-link.js';
import { toMs } from '../../model/duration.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { agentFaultId, agentOfTarget, agentReceipt } from '../agent-of-target.js';
import { agentSupport } from '../agent-support.js';
import { blockedLoopEvidence, blockedMs } from './blocked-loop-evidence.js';

/** A loop that does not answer for so long stands still. */
const patienceMs = 500;
/** The block begins some 50 ms after it was armed, on a busy machine later. */
const looks = 20;
const againMs = 50;
/** Time for taking it off again when nobody waits for it any more. */
const cleanUpMs = 5_000;

/** The event loops of a Node process, of its threads and of its children stand still; a thread beside each ends that. */
export const blockedLoopInAgent: Fault<'DEADLOCK'> = {
  type: 'DEADLOCK',
  backend: 'agent',
  survives: 'lease',

  supports: (scenario, target) => Promise.resolve(support(scenario, target)),

  prepare: async (_scenario, context) => agentReceipt(context),

  async inject(scenario, receipt, context) {
    const { expiresAt, fired, signal } = context;
    const { by = 'atomics-wait' } = scenario.parameters;
    const { agent } = agentOfTarget(context);
    const baselineMs = await answerMs(() => agent.sites(patience(signal)), context);
    const fault = { kind: 'blocked-loop', by, activeMs: toMs(scenario.duration), expiresAt } as const;
    const armed = await agent.arm(agentFaultId(receipt), fault, fired, signal);
    fired({ rule: scenario.name, site: 'event loop', n: 0, effect: `block (${by})` });
    const active = activeFault(armed, baselineMs, context);
    try {
      await active.check(signal);
    } catch (error) {
      await armed.disarm(timeoutSignal(cleanUpMs));
      throw error;
    }
    return active;
  },
};

/** How long the agents take to answer; null when they do not. */
async function answerMs(
  ask: () => Promise<unknown>,
  { clock, signal }: Pick<FaultContext, 'clock' | 'signal'>,
): Promise<number | null> {
  const askedMs = clock.nowMs();
  try {
    await ask();
    return clock.nowMs() - askedMs;
  } catch (error) {
    signal.throwIfAborted();
    if ((error as Error).name === 'TimeoutError') return null;
    throw error;
  }
}

function patience(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, timeoutSignal(patienceMs)]);
}

/** A loop that stands still is seen by the time that its agent takes to answer. */
function activeFault(
  armed: ArmedFault<'blocked-loop'>,
  baselineMs: number | null,
  { clock, target }: FaultContext,
): ActiveFault {
  let [heardMs, longestMs] = [clock.nowMs(), 0];
  const look = async (signal: AbortSignal) => {
    const tookMs = await answerMs(() => armed.counts(patience(signal)), { clock, signal });
    const nowMs = clock.nowMs();
    longestMs = Math.max(longestMs, tookMs ?? nowMs - heardMs);
    if (tookMs !== null) heardMs = nowMs;
  };
  return {
    async check(signal) {
      for (let times = 0; times < looks; times += 1) {
        await look(signal);
        if (longestMs >= blockedMs) break;
        await clock.sleep(againMs, signal);
      }
      return blockedLoopEvidence(baselineMs, longestMs, target.name);
    },
    revert: (signal) => armed.disarm(signal),
  };
}

function support({ parameters, targetComponents }: Scenario<'DEADLOCK'>, target: Target): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (parameters.kind !== 'block-event-loop') return no('`kind: block-event-loop` was not asked for');
  const reached = agentSupport(target);
  if (!reached.supported) return reached;
  if (targetComponents.length > 0) {
    return no('the event loop is of the process, not of a component: leave targetComponents empty');
  }
  return { supported: true };
}
