import type { AgentCounts } from '../../model/agent-link.js';
import { toMs } from '../../model/duration.js';
import type { Fault, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { agentSupport } from '../agent-support.js';
import { agentFaultId, agentOfTarget, agentReceipt } from '../agent-of-target.js';
import { pausesText } from '../pauses-text.js';
import { lookAtLoopMs, loopEvidence } from './loop-evidence.js';
import { percentOfTime } from './percent-of-time.js';

/** The event loops of a Node process, of its threads and of its children are kept busy by the agents in them. */
export const eventLoopInAgent: Fault<'CPU_STRESS'> = {
  type: 'CPU_STRESS',
  backend: 'agent',
  survives: 'lease',

  supports: (scenario, target) => Promise.resolve(support(scenario, target)),

  prepare: async (_scenario, context) => agentReceipt(context),

  async inject(scenario, receipt, context) {
    const { clock, decide, fired, signal } = context;
    const percent = percentOfTime(scenario, 'event loop', decide);
    const { agent } = agentOfTarget(context);
    const activeMs = toMs(scenario.duration);
    const fault = { kind: 'event-loop', share: percent / 100, activeMs } as const;
    const armed = await agent.arm(agentFaultId(receipt), fault, fired, signal);
    fired({ rule: scenario.name, site: 'event loop', n: 0, effect: `${Math.round(percent)} % busy` });
    return {
      async check(checkSignal) {
        const from = await armed.counts(checkSignal);
        await clock.sleep(lookAtLoopMs, checkSignal);
        const now = await armed.counts(checkSignal);
        const before = { busyMs: now.busyBeforeMs, idleMs: now.idleBeforeMs };
        const evidence = loopEvidence(percent, before, between(from, now), context.target.name);
        const expected = `${evidence.measured.expected}${pausesText(now.pauses)}`;
        return { ...evidence, measured: { ...evidence.measured, expected } };
      },
      revert: (revertSignal) => armed.disarm(revertSignal),
    };
  },
};

function between(from: AgentCounts['event-loop'], to: AgentCounts['event-loop']) {
  return { busyMs: to.busyMs - from.busyMs, idleMs: to.idleMs - from.idleMs };
}

function support({ parameters, targetComponents }: Scenario<'CPU_STRESS'>, target: Target): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (parameters.place !== 'event-loop') return no('`place: event-loop` was not asked for');
  if (toMs(parameters.ramp) > 0) return no('an event loop is busy at once: leave out `ramp`');
  const reached = agentSupport(target);
  if (!reached.supported) return reached;
  if (targetComponents.length > 0) {
    return no('the event loop is of the process, not of a component: leave targetComponents empty');
  }
  return { supported: true };
}
