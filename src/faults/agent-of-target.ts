import type { AgentLink } from '../model/agent-link.js';
import { ChaosError } from '../model/chaos-error.js';
import type { FaultContext } from '../model/fault.js';
import type { AgentReceipt, Receipt } from '../model/receipt.js';
import type { RunningProcess } from '../model/target.js';

/** A target's process and the agents in it. */
export type ProcessWithAgent = Pick<RunningProcess, 'process'> & { readonly agent: AgentLink };

/** @throws ChaosError TARGET_NOT_READY when there is no agent in it */
export function agentOfTarget({ target }: Pick<FaultContext, 'target'>): ProcessWithAgent {
  const running = target.kind === 'started' ? target.running : target.kind === 'running' ? target : undefined;
  if (running?.agent !== undefined) return { process: running.process, agent: running.agent };
  throw new ChaosError('TARGET_NOT_READY', `expected ${target.name} to run with the agent, it does not`, {
    hint: 'a ChaosOrchestrator starts it with the agent; a process that runs already is given as runningTarget',
  });
}

/** The receipt of a fault that the target's agents make. */
export function agentReceipt(context: FaultContext): AgentReceipt {
  const { runId, injectionId: id, bootId, expiresAt } = context;
  const { process, agent } = agentOfTarget(context);
  return { kind: 'agent', id, runId, bootId, expiresAt, process, directory: agent.directory, faultId: id };
}

/** The id of the fault that a receipt is of. */
export function agentFaultId(receipt: Receipt): string {
  if (receipt.kind === 'agent') return receipt.faultId;
  throw new ChaosError('INTERNAL', `expected the receipt of a fault in an agent, got ${receipt.kind}`);
}
