import { ChaosError } from '../model/chaos-error.js';
import type { ProcessIdentity, TracerReceipt } from '../model/receipt.js';
import { systemClock } from '../model/system-clock.js';
import { endProcesses } from './end-process.js';
import { isAlive } from './process-identity.js';
import { environmentOf, listProcesses } from './process-table.js';
import { tracerMark } from './run-mark.js';
import { tracerPidOf } from './tracer-pid.js';

/** SIGTERM has strace let go of everything; when it is killed, the kernel does. */
const graceMs = 500;
const pollMs = 10;

/**
 * Ends the tracer of a receipt, which is found by its mark; resolves once it has let go of the target.
 *
 * @throws ChaosError UNDO_FAILED when it does not end, or the target is still traced by it
 */
export async function undoTracer(
  { id, target, process: tracer }: Pick<TracerReceipt, 'id' | 'target' | 'process'>,
  signal: AbortSignal,
): Promise<void> {
  await endProcesses(() => tracersOf(id), { graceMs, signal });
  if (tracer === undefined) return;
  try {
    while (isAlive(target) && tracerPidOf(target.pid) === tracer.pid) await systemClock.sleep(pollMs, signal);
  } catch (cause) {
    throw new ChaosError(
      'UNDO_FAILED',
      `expected process ${target.pid} to be traced by nobody of ours, it is`,
      {
        hint: `end process ${tracer.pid} by hand, then run \`chaosx recover\``,
        cause,
      },
    );
  }
}

function tracersOf(id: string): readonly ProcessIdentity[] {
  const mark = `${tracerMark}=${id}`;
  return listProcesses().filter(({ pid }) => pid !== process.pid && environmentOf(pid).includes(mark));
}
