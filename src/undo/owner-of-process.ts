import { readFileSync } from 'node:fs';

/** Who a process belongs to. */
export interface ProcessOwner {
  readonly uid: number;
  readonly gid: number;
}

/** The real user and group of a process; null when it is gone. */
function ownerOfProcess(pid: number): ProcessOwner | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const [uid, gid] = ['Uid', 'Gid'].map((name) => new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
    return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
  } catch {
    return null;
  }
}

/** As whom root is to act on a process of another user, where it may not as itself; undefined: as this process. */
export function asOwnerOf(pid: number): ProcessOwner | undefined {
  const owner = process.geteuid?.() === 0 ? ownerOfProcess(pid) : null;
  return owner === null || owner.uid === 0 ? undefined : owner;
}
