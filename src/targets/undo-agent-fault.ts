import { once } from 'node:events';
import { connect } from 'node:net';
import { agentSocketIn, isLeaseFresh, leaseMs } from '../agent/agent-directory.js';
import { ChaosError } from '../model/chaos-error.js';
import type { AgentReceipt } from '../model/receipt.js';
import { systemClock } from '../model/system-clock.js';
import { isAlive } from '../undo/process-identity.js';

const lookEveryMs = 50;

/**
 * Waits until nobody holds a fault in the agents of a target any more: its controller hung up, as one does that dies,
 * or is silent for as long as agents wait. They put everything back by themselves.
 *
 * @throws ChaosError UNDO_FAILED when a controller goes on holding it
 */
export async function undoAgentFault(
  { directory, process, faultId }: AgentReceipt,
  signal: AbortSignal,
): Promise<void> {
  const untilMs = systemClock.nowMs() + leaseMs + 500;
  while (isAlive(process) && isLeaseFresh(directory) && (await isListening(agentSocketIn(directory)))) {
    if (systemClock.nowMs() > untilMs) {
      throw new ChaosError(
        'UNDO_FAILED',
        `expected the run to let go of its fault ${faultId} in process ${process.pid}, it holds it`,
        { hint: `the run is alive: stop it, or stop process ${process.pid}` },
      );
    }
    await systemClock.sleep(lookEveryMs, signal);
  }
}

async function isListening(path: string): Promise<boolean> {
  const socket = connect({ path });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
