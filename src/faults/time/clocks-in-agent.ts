import type { AgentCounts } from '../../model/agent-link.js';
import { formatMs, toMs } from '../../model/duration.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { Receipt } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import { systemClock } from '../../model/system-clock.js';
import type { Target } from '../../model/target.js';
import { agentFaultId, agentOfTarget, agentReceipt } from '../agent-of-target.js';
import { agentSupport } from '../agent-support.js';
import { lookUntilBack } from '../look-until-back.js';
import { pausesText } from '../pauses-text.js';
import { clockEffect, overflowOf, type TimeScenarioType } from './clock-effect.js';
import { clockMaker } from './clock-maker.js';
import { ClockWatch } from './clock-watch.js';
import { isBackSight } from './is-back-sight.js';
import { refusedComponents } from './refused-components.js';

/** A look after the fault takes no longer than this. */
const afterMs = 30_000;
/** The agent's answer is on its way for less. */
const sameClockMs = 10_000;

/** The clocks of a Node process, of its threads and of its children, changed by the agents in them. */
export function clocksInAgent<T extends TimeScenarioType>(type: T): Fault<T> {
  return {
    type,
    backend: 'agent',
    survives: 'lease',
    supports: (scenario, target) => Promise.resolve(support(scenario, target)),
    prepare: async (_scenario, context) => agentReceipt(context),
    inject: change,
  };
}

/** Where processes come and go, the clocks of one that has gone are as it saw them last. */
function asItWas(counts: AgentCounts['clock'], latest: AgentCounts['clock'] | null): AgentCounts['clock'] {
  if (latest === null) return counts;
  const { wallReads, monotonicReads, timersSet, pauses } = counts;
  return { ...latest, wallReads, monotonicReads, timersSet, pauses };
}

function support(scenario: Scenario<TimeScenarioType>, target: Target): Support {
  if (clockMaker(scenario, target) !== 'agent') {
    return {
      supported: false,
      reason: `its agent changes clocks in Node alone, which ${target.name} is not to be`,
    };
  }
  const reached = agentSupport(target);
  if (!reached.supported) return reached;
  const reason = refusedComponents(scenario) ?? overflowOf(scenario, systemClock.wallMs());
  return reason === null ? { supported: true } : { supported: false, reason };
}

async function change(
  scenario: Scenario<TimeScenarioType>,
  receipt: Receipt,
  context: FaultContext,
): Promise<ActiveFault> {
  const { clock, fired, signal, target } = context;
  const { agent } = agentOfTarget(context);
  const effect = clockEffect(scenario);
  const id = agentFaultId(receipt);
  const fault = { kind: 'clock', change: effect.change, activeMs: toMs(scenario.duration) } as const;
  const armed = await agent.arm(id, fault, fired, signal);
  fired({ rule: scenario.name, site: 'clocks', n: 0, effect: effect.text });
  const begins = target.kind === 'started' && target.running?.beginsLater === true;
  let pauses = 0;
  let keptIsOffMs = 0;
  const watch = new ClockWatch(effect, clock, async (sightSignal) => {
    const counts = await armed.counts(sightSignal);
    const { inPlace, realWallMs } = counts;
    pauses = counts.pauses;
    if (inPlace === 0 && begins) return asItWas(counts, armed.latestLeft());
    if (inPlace > 0) keptIsOffMs = Math.abs(realWallMs / inPlace - clock.wallMs());
    return counts;
  });
  return {
    async check(checkSignal) {
      const evidence = await watch.look(checkSignal);
      const expected = `${evidence.measured.expected}${pausesText(pauses)}`;
      const measured = { ...evidence.measured, expected };
      if (keptIsOffMs < sameClockMs) return { ...evidence, measured };
      // What is compared with is not this machine's clock: something else changes the target's, too.
      const off = `; the clock that is compared with is ${formatMs(keptIsOffMs)} off this machine's`;
      return { ...evidence, active: 'unknown', measured: { ...measured, expected: `${expected}${off}` } };
    },
    revert: (revertSignal) => armed.disarm(revertSignal),
    async checkAfter(afterSignal) {
      if (agent.places().length === 0) return { back: 'unknown', after: null };
      // The fault is gone from the agents: another look, which changes nothing.
      const nothing = { kind: 'clock', change: {}, activeMs: afterMs } as const;
      const look = await agent.arm(`${id}-after`, nothing, () => undefined, afterSignal);
      try {
        return await lookUntilBack(
          async (lookSignal) => isBackSight(await look.counts(lookSignal)),
          clock,
          afterSignal,
        );
      } finally {
        await look.disarm(afterSignal);
      }
    },
  };
}
