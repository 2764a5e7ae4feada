import { constants } from 'node:fs';
import { access, realpath, stat, statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { availableMemory } from '../../interpose/free-memory.js';
import type { DiskFullParameters } from '../../model/scenario-parameters.js';
import { sizeText } from '../../model/size-text.js';
import { diskSpace, missingBytes, percentUsed, remainingBytes } from './disk-space.js';

/** Where a disk is to be filled. */
export interface FillPlan {
  /** The folder, by its path without links. */
  readonly directory: string;
  readonly device: string;
  /** Its space is memory of the machine. */
  readonly inMemory: boolean;
  /** The level is reached already, by others. */
  readonly isPassed: boolean;
}

/** Of the machine's own disk, and of its memory, so much stays free whatever is asked. */
const floorBytes = 256 * 1_048_576;
/** tmpfs and ramfs. */
const typesInMemory: readonly number[] = [0x01021994, 0x858458f6];

/** Looks whether a disk can and may be filled: touches nothing. Refused with what to do instead. */
export async function planFill(
  parameters: DiskFullParameters,
): Promise<FillPlan | { readonly refused: string }> {
  const { path, maxBytes, allowRootFs } = parameters;
  if (path === undefined) return no('name in `path` a folder on the file system that is to be filled');
  let directory: string;
  try {
    directory = await realpath(resolve(path));
    if (!(await stat(directory)).isDirectory()) return no(`${path} is not a folder: name the one it is in`);
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    return no(whyNot(path, error as NodeJS.ErrnoException));
  }
  const [{ dev }, { type }, space, isRoot] = [
    await stat(directory, { bigint: true }),
    await statfs(directory),
    await diskSpace(directory),
    await isOnRoot(directory),
  ];
  if (space.usedBytes + space.availableBytes === 0) return no(`the file system of ${path} has no size`);
  if (isRoot && !allowRootFs) {
    return no(
      `${path} is on the file system mounted at /: choose another one, or say allowRootFs: true to fill it`,
    );
  }
  const missing = missingBytes(parameters, space);
  if (missing > maxBytes) {
    return no(
      `it takes ${sizeText(missing)} to fill ${path} so far, more than maxBytes (${sizeText(maxBytes)}): raise it, or choose a smaller file system`,
    );
  }
  if (isRoot && remainingBytes(parameters, space) < floorBytes) {
    return no(
      `it would leave less than ${sizeText(floorBytes)} of the file system mounted at /: ask for a lower level`,
    );
  }
  const inMemory = typesInMemory.includes(type);
  if (inMemory && missing > availableMemory() - floorBytes) {
    return no(
      `${path} is in memory, and filling it by ${sizeText(missing)} would leave less than ${sizeText(floorBytes)} of that: ask for a lower level`,
    );
  }
  return { directory, device: String(dev), inMemory, isPassed: missing <= 0 };
}

/** Why a level that is reached already is refused. */
export async function passedText({ path, ...level }: DiskFullParameters): Promise<string> {
  const space = await diskSpace(path ?? '');
  const asked =
    level.remainingBytes === undefined
      ? `at ${level.fillPercent} % already (${percentUsed(space).toFixed(1)} %): ask for a higher level`
      : `down to ${sizeText(space.availableBytes)} already: ask for less than that in remainingBytes`;
  return `the file system of ${path} is ${asked}, or free space on it`;
}

function no(refused: string) {
  return { refused };
}

function whyNot(path: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return `${path} is not there: name a folder on the file system that is to be filled`;
    case 'EACCES':
      return `${path} is not writable for this user: name a folder that is`;
    case 'EROFS':
      return `${path} is on a read-only file system: nothing can fill it`;
    case 'ENOTDIR':
      return `a part of ${path} is not a folder`;
    default:
      return `${path} cannot be used: ${message}`;
  }
}

/**
 * Whether it is the file system mounted at `/`. Parts of one disk may have other numbers of devices (subvolumes; what is
 * mounted into a container beside its own layers): a disk of the very same size and use is taken for the same.
 */
async function isOnRoot(directory: string): Promise<boolean> {
  if ((await stat(directory)).dev === (await stat('/')).dev) return true;
  const [own, root] = [await statfs(directory), await statfs('/')];
  const isSameSize = own.blocks === root.blocks && own.files === root.files && own.bsize === root.bsize;
  return isSameSize && Math.abs(own.bfree - root.bfree) <= own.blocks / 1_000;
}
