import { readFile } from 'node:fs/promises';
import { ChaosError } from '../model/chaos-error.js';

/**
 * The id of this boot of the machine: after another boot, processes and sockets are gone by themselves.
 *
 * @throws ChaosError UNSUPPORTED_SCENARIO where the kernel does not tell
 */
export async function bootId(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
  } catch (cause) {
    throw new ChaosError('UNSUPPORTED_SCENARIO', 'expected the boot id in /proc/sys/kernel/random/boot_id', {
      hint: 'the undo journal needs Linux',
      cause,
    });
  }
}
