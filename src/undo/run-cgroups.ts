import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bearsRun } from './bears-run.js';

/** The control groups that are named by a run, in every hierarchy that is mounted here. */
export async function cgroupsOf(runId: string): Promise<readonly string[]> {
  const all = await Promise.all((await hierarchies()).map((root) => foldersBelow(root)));
  return all.flat().flatMap(({ path, name }) => (bearsRun(name, runId) ? [path] : []));
}

async function hierarchies(): Promise<readonly string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const [, , , , point = ''] = line.split(' ');
    return / - cgroup2? /.test(line) ? [point] : [];
  });
}

interface Folder {
  readonly path: string;
  readonly name: string;
}

/** What goes, or may not be looked at, has nothing of ours in it. */
async function foldersBelow(folder: string): Promise<readonly Folder[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const own = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ path: join(folder, name), name }));
  const below = await Promise.all(own.map(({ path }) => foldersBelow(path)));
  return [...own, ...below.flat()];
}
