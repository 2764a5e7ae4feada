import { ChaosError } from '../model/chaos-error.js';
import type { FrontReceipt } from '../model/receipt.js';
import { ControlClient } from '../proxy/control-client.js';
import { controlPathIn } from '../proxy/proxy-directory.js';
import { isAlive } from '../undo/process-identity.js';
import { removeOwnDirectory } from '../undo/remove-own-directory.js';

/**
 * Takes everything off a proxy in front of what we did not start, and has it end by itself with the last connection that is
 * open through it: nobody's connection is cut. Idempotent. What it leaves when it was killed is removed.
 *
 * @throws ChaosError UNDO_FAILED when it runs and does not answer
 */
export async function retireFront(
  { directory, process: known }: FrontReceipt,
  signal: AbortSignal,
): Promise<void> {
  if (known !== undefined && !isAlive(known)) {
    await removeOwnDirectory(directory);
    return;
  }
  try {
    using control = await ControlClient.connect(controlPathIn(directory), signal);
    await control.ask('retire', {}, signal);
  } catch (cause) {
    signal.throwIfAborted();
    // It may end meanwhile. One that was never written down and does not listen yet retires when nobody comes.
    if (known === undefined || !isAlive(known)) return;
    throw new ChaosError('UNDO_FAILED', `expected the proxy ${known.pid} to answer, it does not`, {
      hint: `its faults are gone with its lease; \`kill -9 ${known.pid}\` ends it, and cuts what is connected through it`,
      cause,
    });
  }
}
