import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
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
export function openOwnDisk(options: string): OwnDisk {
  return mounted(['-t', 'tmpfs', '-o', options, 'tmpfs'], () => undefined);
}

/** Whether files can be mounted as disks, besides. */
export const hasImageDisks = hasOwnDisks && canMountImages();

if (hasOwnDisks && !hasImageDisks)
  console.warn('no images of ext2 can be mounted here: without loop devices or mkfs');

/** An ext2: a file system without fallocate, on a device. */
export function openExt2Disk(megabytes: number): OwnDisk {
  const folder = mkdtempSync(join(tmpdir(), 'chaosx-image-test-'));
  const image = join(folder, 'image');
  const remove = () => rmSync(folder, { recursive: true });
  try {
    writeFileSync(image, '');
    truncateSync(image, megabytes * 1_048_576);
    tool('mkfs.ext2', '-q', '-m', '0', image);
    return mounted(['-o', 'loop', image], remove);
  } catch (error) {
    remove();
    throw error;
  }
}

function canMountImages(): boolean {
  try {
    openExt2Disk(1)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

function mounted(what: readonly string[], remove: () => void): OwnDisk {
  const path = mkdtempSync(join(tmpdir(), 'chaosx-disk-test-'));
  try {
    tool('mount', ...what, path);
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
      remove();
    },
  };
}

function tool(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
