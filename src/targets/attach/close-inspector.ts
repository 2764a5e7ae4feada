import type { AttachReceipt } from '../../model/receipt.js';
import { systemClock } from '../../model/system-clock.js';
import { isAlive } from '../../undo/process-identity.js';
import { closeExpression } from './close-expression.js';
import { evaluateParams } from './evaluate.js';
import { findInspector, listenersOf } from './find-inspector.js';
import { connectInspector } from './inspector-connection.js';
import { inspectorSettings } from './inspector-settings.js';

/** Node may be about to open it: the signal was sent, and its thread has not come to it. */
const lateMs = 300;

/**
 * Closes the inspector of a process that a run was attaching to when it died. Idempotent: without an inspector there is
 * nothing to close. One that the user had it started with stays.
 */
export async function closeInspector({ process: target }: AttachReceipt, signal: AbortSignal): Promise<void> {
  if (!isAlive(target)) return;
  const { address, isOpenFromStart } = inspectorSettings(target.pid);
  if (isOpenFromStart) return;
  const endsAt = systemClock.nowMs() + lateMs;
  do {
    const candidates = listenersOf(target.pid).filter(
      (listener) =>
        listener.address.host === address.host &&
        (address.port === 0 || listener.address.port === address.port),
    );
    const found = await findInspector(candidates, signal);
    if (found !== null) {
      await using connection = await connectInspector(found.url, signal);
      connection.channel.tell('Runtime.evaluate', evaluateParams(closeExpression));
      return;
    }
    await systemClock.sleep(20, signal);
  } while (systemClock.nowMs() < endsAt);
}
