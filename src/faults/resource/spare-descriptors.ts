import { readdirSync } from 'node:fs';

/** The numbers of a process's open descriptors; null when they may not be looked at, or it is gone. */
export function openDescriptors(pid: number): readonly number[] | null {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(Number);
  } catch {
    return null;
  }
}

/** The limit under which exactly `spare` more may be opened: a new one gets the lowest free number, which must be below it. */
export function limitThatSpares(open: readonly number[], spare: number): number {
  const taken = new Set(open);
  let limit = 0;
  for (let free = 0; ; limit += 1) {
    if (taken.has(limit)) continue;
    if (free === spare) return limit;
    free += 1;
  }
}

/** How many more may be opened under a limit. */
export function sparedBy(open: readonly number[], limit: number): number {
  return Math.max(0, limit - open.filter((descriptor) => descriptor < limit).length);
}
