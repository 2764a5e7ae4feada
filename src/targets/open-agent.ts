import { fileURLToPath } from 'node:url';
import { planAgentDirectory } from '../agent/agent-directory.js';
import type { TargetFacts } from '../agent/agent-files.js';
import { AgentHub } from '../agent/agent-hub.js';
import { preloadEnvironment } from '../agent/preload-environment.js';
import type { AgentDirectoryReceipt } from '../model/receipt.js';
import { packageFile } from '../package-file.js';
import { removeOwnDirectory } from '../undo/remove-own-directory.js';
import type { OpenContext } from './open-context.js';

/** The controller of the agents that are loaded into a target. */
export interface OpenAgent {
  readonly link: AgentHub;
  /** What the target must be told, so that it and all that it starts load the agent. */
  readonly variables: Readonly<Record<string, string>>;
  /** Hangs up on agents that are still there; resolves once the directory is gone. */
  stop(): Promise<void>;
}

/**
 * Opens the place where agents find their controller, its receipt on disk first.
 *
 * @param nodeOptions - the `NODE_OPTIONS` that the target would have
 */
export async function openAgent(
  facts: TargetFacts,
  nodeOptions: string | undefined,
  { runId, bootId, expiresAt, journal, agent }: OpenContext,
): Promise<OpenAgent> {
  const directory = planAgentDirectory(runId);
  const receipt: AgentDirectoryReceipt = {
    kind: 'agent-directory',
    id: `${runId}-agent`,
    runId,
    bootId,
    expiresAt,
    directory,
  };
  await journal.record(receipt);
  let hub: AgentHub | null = null;
  const stop = async () => {
    await hub?.[Symbol.asyncDispose]();
    await removeOwnDirectory(directory);
    await journal.done(receipt.id);
  };
  try {
    hub = await AgentHub.open(directory, facts, { comesLater: agent?.comesLater ?? false });
  } catch (error) {
    await stop();
    throw error;
  }
  const agentPath = fileURLToPath(packageFile('dist/agent/preload.cjs'));
  return { link: hub, variables: preloadEnvironment(nodeOptions, agentPath, directory), stop };
}
