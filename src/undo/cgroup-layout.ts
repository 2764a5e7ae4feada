import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The controllers of control groups that are used here. */
export type CgroupController = 'cpu' | 'cpuset' | 'memory' | 'pids';

/** Where a process is in one hierarchy of control groups. */
export interface Cgroup {
  /** Version 1 has a hierarchy for each controller, version 2 one for all. */
  readonly version: 1 | 2;
  readonly controller: CgroupController;
  /** As this process sees it. */
  readonly folder: string;
  /** Where its hierarchy is mounted: nothing above it can be reached. */
  readonly top: string;
}

interface Hierarchy {
  readonly version: 1 | 2;
  readonly mountPoint: string;
  /** The part of the hierarchy that is mounted there: in a container seldom all of it. */
  readonly root: string;
  readonly options: readonly string[];
}

/**
 * The control group of a process for a controller, of version 1 or 2, whichever has that controller here; null when
 * none is mounted, or the group lies outside of what is.
 *
 * @param files - where `/` is; another folder is for tests
 */
export function cgroupOf(pid: number | 'self', controller: CgroupController, files = '/'): Cgroup | null {
  const lines = read(join(files, `proc/${pid}/cgroup`)).split('\n');
  for (const { version, mountPoint, root, options } of hierarchies(files)) {
    const top = join(files, mountPoint);
    const has =
      version === 1
        ? options.includes(controller)
        : read(join(top, 'cgroup.controllers')).split(/\s/).includes(controller);
    if (!has) continue;
    const path = lines
      .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
      .find((parts) =>
        version === 2 ? parts?.[1] === '' : parts?.[1]?.split(',').includes(controller),
      )?.[2];
    if (path === undefined || path.endsWith(' (deleted)')) continue;
    const below = relative(root, path);
    if (below.startsWith('..')) continue;
    return { version, controller, folder: join(top, below), top };
  }
  return null;
}

/** A line of mountinfo (proc(5)): `36 35 98:0 /root /mount/point options optional... - type source options`. */
function hierarchies(files: string): readonly Hierarchy[] {
  return read(join(files, 'proc/self/mountinfo'))
    .split('\n')
    .flatMap((line): readonly Hierarchy[] => {
      const [before = '', after = ''] = line.split(' - ');
      const [, , , root = '', mountPoint = ''] = before.split(' ').map(unescaped);
      const [type, , options = ''] = after.split(' ');
      if (type !== 'cgroup' && type !== 'cgroup2') return [];
      return [{ version: type === 'cgroup' ? 1 : 2, mountPoint, root, options: options.split(',') }];
    });
}

/** Spaces and the like are written as octal numbers. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
