import { readdirSync, readlinkSync, statSync } from 'node:fs';

const named = '/run/netns';

/** The network namespace of this process, by the inode of its file in /proc; null where the kernel has none. */
export function ownNetns(): string | null {
  return inodeOf('/proc/self/ns/net');
}

/**
 * A file by which the network namespace with that inode can be entered; null when it is gone. The kernel gives the
 * numbers of namespaces that are gone to later ones: what is done in it must look for things of ours by their name.
 */
export function findNetns(inode: string): string | null {
  if (ownNetns() === inode) return '/proc/self/ns/net';
  const files = [
    ...entriesOf(named).map((name) => `${named}/${name}`),
    ...entriesOf('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => `/proc/${pid}/ns/net`),
  ];
  return files.find((file) => inodeOf(file) === inode) ?? null;
}

/** The inode behind a namespace's file, whether it is a link in /proc or mounted by name; null when it is none. */
export function inodeOf(file: string): string | null {
  try {
    if (file.startsWith('/proc/')) return /^net:\[(\d+)\]$/.exec(readlinkSync(file))?.[1] ?? null;
    return String(statSync(file).ino);
  } catch {
    return null;
  }
}

/** A command that runs in the network namespace with that file; as it is for that of this process. */
export function inNetns(
  netns: string | null,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  if (netns === null || netns === '/proc/self/ns/net') return command;
  return ['nsenter', `--net=${netns}`, '--', ...command];
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
