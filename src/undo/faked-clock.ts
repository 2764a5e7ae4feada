import { readFileSync } from 'node:fs';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** What libfaketime shows when it is told nothing: the real clock. */
export const realClock = '+0';

/** The file of which the preloaded clocks of a target are told what they are to show. */
export function clockFileIn(directory: string): string {
  return join(directory, 'offset');
}

/** What libfaketime shares between the processes of a target, by the names that it is told: a semaphore and a memory. */
export function sharedClockFiles(directory: string): {
  readonly names: string;
  readonly semaphore: string;
  readonly memory: string;
} {
  const name = basename(directory);
  return {
    names: `/${name} /${name}-shared`,
    semaphore: `/dev/shm/sem.${name}`,
    memory: `/dev/shm/${name}-shared`,
  };
}

/**
 * Has the clocks of a target show something else from now on: `+3600.000`, or seconds since 1970 at which they stand still. Does
 * nothing when the directory is gone, for then they are real.
 */
export async function setFakedClock(directory: string, text: string): Promise<void> {
  const file = clockFileIn(directory);
  try {
    // Clocks that are read meanwhile find one or the other, never half of it.
    await writeFile(`${file}.next`, `${text}\n`);
    await chmod(`${file}.next`, 0o644);
    await rename(`${file}.next`, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** True while the clocks of a target are told to show another time than the real one. */
export function isFaked(directory: string): boolean {
  try {
    return readFileSync(clockFileIn(directory), 'latin1').trim() !== realClock;
  } catch {
    return false;
  }
}
