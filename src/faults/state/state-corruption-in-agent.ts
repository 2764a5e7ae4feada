import type { AgentFaults, ArmedFault } from '../../model/agent-link.js';
import { operatorsOn } from '../../model/corruption-place.js';
import { toMs } from '../../model/duration.js';
import type { ActiveFault, Fault, FaultContext } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { agentFaultId, agentOfTarget } from '../agent-of-target.js';
import { agentSupport } from '../agent-support.js';
import { callFaultInAgent } from '../application/call-fault-in-agent.js';
import { pausesText } from '../pauses-text.js';
import { firstChoices } from '../first-choices.js';
import { withDetails } from '../with-details.js';
import { corruptedCalls } from './corrupted-calls.js';
import { isOnCalls, isOnState } from './on-what.js';
import { stateEvidence } from './state-evidence.js';
import { whatWasCorrupted } from './what-was-corrupted.js';

const calls = callFaultInAgent(corruptedCalls);

/** Data inside a Node process that chaosx starts or attaches to is corrupted: in calls, in messages, in what modules hold. */
export const stateCorruptionInAgent: Fault<'STATE_CORRUPTION'> = withDetails(
  {
    ...calls,

    async supports(scenario, target) {
      const reached = isOnCalls(scenario) ? await calls.supports(scenario, target) : agentSupport(target);
      if (!reached.supported) return reached;
      const reason = isOnState(scenario) ? stateRefusal(scenario, target) : null;
      return reason === null ? reached : { supported: false, reason };
    },

    async inject(scenario, receipt, context) {
      context.signal.throwIfAborted();
      const faultId = agentFaultId(receipt);
      const state = isOnState(scenario) ? await armState(scenario, `${faultId}-state`, context) : null;
      if (!isOnCalls(scenario)) return active(null, state);
      try {
        return active(await calls.inject(scenario, receipt, context), state);
      } catch (error) {
        await state?.disarm(timeoutSignal(cleanUpMs));
        throw error;
      }
    },
  },
  firstChoices(whatWasCorrupted),
);

/** Time for taking off the one when the other cannot be made. */
const cleanUpMs = 5_000;

function stateRefusal({ name, targetComponents, parameters }: Scenario<'STATE_CORRUPTION'>, target: Target) {
  if (targetComponents.length === 0) {
    return `${name} on state acts on what the modules of ${target.name} hold: name these in targetComponents, e.g. ["src/*.js"]`;
  }
  return parameters.when === undefined
    ? null
    : `\`when\` is code of this process, which cannot be sent to ${target.name}`;
}

async function armState(
  { name, targetComponents, duration, parameters }: Scenario<'STATE_CORRUPTION'>,
  id: string,
  context: FaultContext,
): Promise<ArmedFault<'state'>> {
  const { agent } = agentOfTarget(context);
  const { injectionRate: rate, atMost, operators } = parameters;
  const fault: AgentFaults['state'] = {
    kind: 'state',
    name,
    components: targetComponents,
    operators: operatorsOn('state', operators),
    rate,
    ...(atMost !== undefined && { atMost }),
    activeMs: toMs(duration),
    seed: context.decide.seed,
  };
  return agent.arm(id, fault, context.fired, context.signal);
}

function active(ofCalls: ActiveFault | null, state: ArmedFault<'state'> | null): ActiveFault {
  return {
    async check(signal) {
      const evidence = (await ofCalls?.check(signal)) ?? null;
      if (state === null) return stateEvidence(evidence, null);
      const { inPlace: standing, written, changedSince, pauses } = await state.counts(signal);
      const told = stateEvidence(evidence, { standing, written, changedSince });
      const expected = `${told.measured.expected}${pausesText(pauses)}`;
      return { ...told, measured: { ...told.measured, expected } };
    },
    async revert(signal) {
      // Neither is left for the other's sake.
      const ended = await Promise.allSettled([ofCalls?.revert(signal), state?.disarm(signal)]);
      for (const one of ended) if (one.status === 'rejected') throw one.reason;
    },
  };
}
