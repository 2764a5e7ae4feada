import { readdirSync, statSync } from 'node:fs';

/** How many files on a file system these processes have open, with the folders that they work in; of others' none is seen. */
export function filesOpenOn(device: string, pids: readonly number[]): number {
  let count = 0;
  for (const pid of pids) {
    for (const path of [`/proc/${pid}/cwd`, ...descriptorsOf(pid)]) {
      if (deviceOf(path) === device) count += 1;
    }
  }
  return count;
}

function descriptorsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) => `/proc/${pid}/fd/${descriptor}`);
  } catch {
    return [];
  }
}

function deviceOf(path: string): string | null {
  try {
    return String(statSync(path, { bigint: true }).dev);
  } catch {
    return null;
  }
}
