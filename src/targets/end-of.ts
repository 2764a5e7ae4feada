import type { Clock } from '../model/clock.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { isAlive } from '../undo/process-identity.js';

const lookEveryMs = 100;

/** Resolves when a process ends; never once `over` aborts. */
export async function endOf(target: ProcessIdentity, clock: Clock, over: AbortSignal): Promise<void> {
  try {
    while (isAlive(target)) await clock.sleep(lookEveryMs, over);
  } catch {
    await new Promise(() => undefined);
  }
}
