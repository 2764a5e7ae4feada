import type { AgentFaults, AgentLink } from '../../model/agent-link.js';
import { ChaosError } from '../../model/chaos-error.js';
import { toMs } from '../../model/duration.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { RunningProcess, Target } from '../../model/target.js';
import { agentSupport } from '../agent-support.js';
import { counted } from '../network/counted.js';
import { callEvidence, type CallFaultKind, type CallFaultType } from './call-fault-kind.js';

/**
 * A fault on functions inside a Node process that chaosx starts or attaches to, and in its threads; where it starts it, also in the processes that this one starts:
 * calls of the platform, or functions of its modules. It is made by the agents in them, which drop it by themselves.
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
      const { runId, injectionId: id, bootId, expiresAt } = context;
      const { process, agent } = runningOf(context);
      return {
        kind: 'agent',
        id,
        runId,
        bootId,
        expiresAt,
        process,
        directory: agent.directory,
        faultId: id,
      };
    },
    async inject(scenario, receipt, context) {
      context.signal.throwIfAborted();
      if (receipt.kind !== 'agent')
        throw new ChaosError('INTERNAL', `expected the receipt of a fault in an agent, got ${receipt.kind}`);
      return activate(kind, scenario, receipt.faultId, context);
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
  if (target.kind === 'running' && scenario.targetComponents.length > 0) {
    return no(
      `functions of modules are reached in a process that chaosx starts, not in ${target.name}, which has loaded them: leave targetComponents empty, and methods may name calls of the platform`,
    );
  }
  if (scenario.parameters.when !== undefined)
    return no(`\`when\` is code of this process, which cannot be sent to ${target.name}`);
  // What only the effect can judge is invalid wherever it is made.
  kind.effect(scenario.parameters);
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

function runningOf({
  target,
}: FaultContext): Pick<RunningProcess, 'process'> & { readonly agent: AgentLink } {
  const running = target.kind === 'started' ? target.running : target.kind === 'running' ? target : undefined;
  if (running?.agent !== undefined) return { process: running.process, agent: running.agent };
  throw new ChaosError('TARGET_NOT_READY', `expected ${target.name} to run with the agent, it does not`);
}

function faultFor<T extends CallFaultType>(
  kind: CallFaultKind<T>,
  { name, targetComponents, duration, parameters }: Scenario<T>,
  { decide }: FaultContext,
): AgentFaults['calls'] {
  const effect = kind.remote(parameters);
  if ('refused' in effect) throw new ChaosError('UNSUPPORTED_SCENARIO', effect.refused);
  const { methods, injectionRate, everyNth, firstN, afterN, atMost, window } = parameters;
  const selection = {
    injectionRate,
    ...(methods !== undefined && { methods }),
    ...(everyNth !== undefined && { everyNth }),
    ...(firstN !== undefined && { firstN }),
    ...(afterN !== undefined && { afterN }),
    ...(atMost !== undefined && { atMost }),
    ...(window !== undefined && { window }),
  };
  const [components, activeMs, seed] = [targetComponents, toMs(duration), decide.seed];
  return { kind: 'calls', name, components, selection, effect, activeMs, seed };
}

async function activate<T extends CallFaultType>(
  kind: CallFaultKind<T>,
  scenario: Scenario<T>,
  faultId: string,
  context: FaultContext,
): Promise<ActiveFault> {
  const { agent } = runningOf(context);
  const { fired, signal } = context;
  const armed = await agent.arm(faultId, faultFor(kind, scenario, context), fired, signal);
  return {
    async check(checkSignal) {
      const counts = await armed.counts(checkSignal);
      const measured = kind.measure(counts, scenario.parameters);
      const { pauses } = counts;
      const note = pauses === 0 ? '' : `; put back ${counted(pauses, 'time')} while this process was stalled`;
      return callEvidence(counts, { ...measured, expected: `${measured.expected}${note}` });
    },
    revert: (revertSignal) => armed.disarm(revertSignal),
  };
}
