import { readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The numbers by which the kernel names the file systems of control groups, version 1 and 2 (statfs(2)). */
const magics: readonly number[] = [0x27_e0_eb, 0x63_67_72_70];

/** The name of the one group that an injection may make in a hierarchy. */
export function cgroupName(injectionId: string): string {
  return `chaosx_${injectionId.replaceAll(/\W/g, '_')}`;
}

/** True for a folder that is there and is a control group. */
export function isCgroup(folder: string): boolean {
  try {
    return magics.includes(statfsSync(folder).type);
  } catch {
    return false;
  }
}

/** What a file of a group says, without its last line break; null when there is no such file. */
export function readCgroup(folder: string, file: string): string | null {
  try {
    return readFileSync(join(folder, file), 'utf8').trimEnd();
  } catch {
    return null;
  }
}

/** A number in a file of lines `name value`, e.g. `nr_throttled` in `cpu.stat`; null when it is not there. */
export function cgroupCount(folder: string, file: string, name: string): number | null {
  const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(readCgroup(folder, file) ?? '')?.[1];
  return found === undefined ? null : Number(found);
}

/** @throws the error of the system: EINVAL, EBUSY, EACCES, ENOENT */
export function writeCgroup(folder: string, file: string, value: string): void {
  writeFileSync(join(folder, file), value);
}

/** The processes in a group itself, by their pids; empty when there is no such group. */
export function pidsInCgroup(folder: string): readonly number[] {
  // 0 stands for a process that this one cannot see.
  return (readCgroup(folder, 'cgroup.procs') ?? '')
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

/** The groups in a group, by their names. */
export function childrenOfCgroup(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Moves a process with all its threads; nothing happens when it has ended. */
export function moveToCgroup(folder: string, pid: number): void {
  try {
    writeCgroup(folder, 'cgroup.procs', String(pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** That folder, or where it is gone the nearest one above that is there. */
export function nearestCgroup(folder: string): string {
  return isCgroup(folder) || dirname(folder) === folder ? folder : nearestCgroup(dirname(folder));
}
