import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Numbers that threads of processes which still run have claimed in an agent directory, without saying hello so far.
 *
 * @param met - numbers that said hello, or of which it is known that they will not: those of dead processes are added
 */
export async function unmetPlaces(directory: string, met: Set<number>): Promise<readonly number[]> {
  const names = await readdir(directory);
  const unmet = names.flatMap((name) => {
    const number = Number(/^place-(\d+)$/.exec(name)?.[1] ?? Number.NaN);
    return Number.isNaN(number) || met.has(number) ? [] : [number];
  });
  const alive: number[] = [];
  for (const number of unmet) {
    if (isAlive(Number(await readFile(join(directory, `place-${number}`), 'utf8')))) alive.push(number);
    else met.add(number);
  }
  return alive;
}

function isAlive(pid: number): boolean {
  try {
    // Asks, and sends nothing. Below 1 are groups of processes.
    return pid >= 1 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
