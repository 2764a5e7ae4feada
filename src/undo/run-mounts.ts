import { readFile } from 'node:fs/promises';
import { bearsRun } from './bears-run.js';

/** Where something of a run is mounted, or anything on a folder of it. */
export async function mountsOf(runId: string): Promise<readonly string[]> {
  const found = (await mountPoints()).filter(({ folders }) => folders.some((name) => bearsRun(name, runId)));
  return [...new Set(found.map(({ point }) => point))];
}

interface MountPoint {
  readonly point: string;
  /** The parts of its path and of what is mounted there. */
  readonly folders: readonly string[];
}

async function mountPoints(): Promise<readonly MountPoint[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [, , , root = '', point = ''] = line.split(' ');
    return { point, folders: [...root.split('/'), ...point.split('/')] };
  });
}
