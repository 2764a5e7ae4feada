import { requestTag } from '../../interpose/request-tags.js';
import type { AgentFaults } from '../../model/agent-link.js';
import { ChaosError } from '../../model/chaos-error.js';
import { toMs } from '../../model/duration.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { PlatformCallSelection } from '../../model/scenario-parameters.js';
import type { Target } from '../../model/target.js';
import { agentFaultId, agentOfTarget, agentReceipt } from '../agent-of-target.js';
import { agentSupport } from '../agent-support.js';
import { pausesText } from '../pauses-text.js';
import { callEvidence, withTags, type CallFaultKind, type CallFaultType } from './call-fault-kind.js';

/**
 * A fault on functions inside a Node process that chaosx starts or attaches to, in its threads and, where chaosx started
 * it, in the processes that it starts itself: calls of the platform, or functions of its modules. It is made by the agents in them, which drop it by themselves.
 */
export function callFaultInAgent<T extends CallFaultType>(kind: CallFaultKind<T>): Fault<T> {
  return {
    type: kind.type,
    backend: 'agent',
    survives: 'lease',
    async supports(scenario, target) {
      return support(kind, scenario, target);
    },
    async prepare(scenario, context) {
      context.signal.throwIfAborted();
      requireSupport(kind, scenario, context.target);
      return agentReceipt(context);
    },
    async inject(scenario, receipt, context) {
      context.signal.throwIfAborted();
      return activate(kind, scenario, agentFaultId(receipt), context);
    },
  };
}

function support<T extends CallFaultType>(
  kind: CallFaultKind<T>,
  scenario: Scenario<T>,
  target: Target,
): Support {
  const reached = agentSupport(target);
  if (!reached.supported) return reached;
  if (!kind.onPlatform && scenario.targetComponents.length === 0) {
    const reason = `${scenario.name} acts on functions of the target's modules: name these in targetComponents, e.g. ["src/*.js"]`;
    return no(reason);
  }
  if (kind.onComponents === false && scenario.targetComponents.length > 0) {
    return no(`${scenario.name} acts on calls of the platform: leave targetComponents empty`);
  }
  const refusedByKind = kind.refuse?.(scenario, target) ?? null;
  if (refusedByKind !== null) return no(refusedByKind);
  if (scenario.parameters.when !== undefined)
    return no(`\`when\` is code of this process, which cannot be sent to ${target.name}`);
  // What only the effect can judge is invalid wherever it is made.
  const reach = kind.effect(scenario.parameters).reach?.(scenario.targetComponents.length > 0);
  if (reach?.onComponents === true && scenario.targetComponents.length === 0) {
    return no(
      '`places` names calls: name modules in targetComponents, e.g. ["src/*.js"], or leave calls out',
    );
  }
  if (reach?.onComponents === false && scenario.targetComponents.length > 0) {
    return no('targetComponents names modules, and `places` leaves calls out: add calls to `places`');
  }
  const effect = kind.remote(scenario.parameters);
  return 'refused' in effect ? no(effect.refused) : { supported: true };
}

function no(reason: string): Support {
  return { supported: false, reason };
}

function requireSupport<T extends CallFaultType>(
  kind: CallFaultKind<T>,
  scenario: Scenario<T>,
  target: Target,
): void {
  const supported = support(kind, scenario, target);
  if (supported.supported) return;
  throw new ChaosError('UNSUPPORTED_SCENARIO', `${scenario.name} cannot be made: ${supported.reason}`);
}

function faultFor<T extends CallFaultType>(
  kind: CallFaultKind<T>,
  { name, targetComponents, duration, parameters }: Scenario<T>,
  { decide, runId }: FaultContext,
): AgentFaults['calls'] {
  const effect = kind.remote(parameters);
  if ('refused' in effect) throw new ChaosError('UNSUPPORTED_SCENARIO', effect.refused);
  const {
    methods,
    injectionRate,
    everyNth,
    firstN,
    afterN,
    atMost,
    window,
    scope,
    hosts,
    paths,
    httpMethods,
  } = selectionOf(parameters);
  const selection = {
    injectionRate,
    ...(methods !== undefined && { methods }),
    ...(everyNth !== undefined && { everyNth }),
    ...(firstN !== undefined && { firstN }),
    ...(afterN !== undefined && { afterN }),
    ...(atMost !== undefined && { atMost }),
    ...(window !== undefined && { window }),
    ...(scope !== undefined && { scope }),
    ...(hosts !== undefined && { hosts }),
    ...(paths !== undefined && { paths }),
    ...(httpMethods !== undefined && { httpMethods }),
  };
  const [components, activeMs, seed] = [targetComponents, toMs(duration), decide.seed];
  const tagged = scope === undefined ? {} : { tag: requestTag(runId) };
  return { kind: 'calls', name, components, selection, effect, activeMs, seed, ...tagged };
}

function selectionOf(parameters: PlatformCallSelection): PlatformCallSelection {
  return parameters;
}

async function activate<T extends CallFaultType>(
  kind: CallFaultKind<T>,
  scenario: Scenario<T>,
  faultId: string,
  context: FaultContext,
): Promise<ActiveFault> {
  const { agent } = agentOfTarget(context);
  const { fired, signal } = context;
  const armed = await agent.arm<'calls'>(faultId, faultFor(kind, scenario, context), fired, signal);
  return {
    async check(checkSignal) {
      const counts = await armed.counts(checkSignal);
      const { taggedRequests: tagged, malformedTags: malformed } = counts;
      const measured = withTags(
        kind.measure(counts, scenario.parameters),
        selectionOf(scenario.parameters).scope === undefined ? null : { tagged, malformed },
      );
      const expected = `${measured.expected}${pausesText(counts.pauses)}`;
      return callEvidence(counts, { ...measured, expected }, kind.details?.(counts));
    },
    revert: (revertSignal) => armed.disarm(revertSignal),
  };
}
