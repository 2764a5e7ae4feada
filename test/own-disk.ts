import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether a test can have disks of its own: root on Linux can. CI must; elsewhere such tests are skipped, with a word. */
export const hasOwnDisks =
  process.env['CI'] !== undefined ||
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

if (!hasOwnDisks)
  console.warn('disks cannot be filled here: that takes a disk of its own, which root can mount');

/** A small disk of a test's own; leaving its scope unmounts it. */
export interface OwnDisk extends Disposable {
  readonly path: string;
  /** Mounts it anew with other options. */
  remount(options: string): void;
}

/** @param options - as `mount -o` has them, e.g. `size=8m` */
export function openOwnDisk(options: string, type = 'tmpfs'): OwnDisk {
  const path = mkdtempSync(join(tmpdir(), 'chaosx-disk-test-'));
  try {
    tool('mount', '-t', type, '-o', options, type, path);
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  return {
    path,
    remount: (changes) => tool('mount', '-o', `remount,${changes}`, path),
    [Symbol.dispose]() {
      tool('umount', '--lazy', path);
      rmdirSync(path);
    },
  };
}

function tool(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}
