import { statfs } from 'node:fs/promises';

/** How the space of a file system is used, as programs without privileges see it. */
export interface DiskSpace {
  readonly blockBytes: number;
  readonly usedBytes: number;
  /** Without what is reserved for root. */
  readonly availableBytes: number;
}

/** How full a disk is to be: a level in percent, or what remains. */
export interface DiskLevel {
  readonly fillPercent: number;
  readonly remainingBytes?: number;
}

/** Asks the file system that a folder is on. */
export async function diskSpace(path: string): Promise<DiskSpace> {
  const { bsize, blocks, bfree, bavail } = await statfs(path);
  return {
    blockBytes: bsize,
    usedBytes: (blocks - bfree) * bsize,
    availableBytes: Math.max(0, bavail) * bsize,
  };
}

/** In percent of used and available together, as `df` shows it. */
export function percentUsed({ usedBytes, availableBytes }: DiskSpace): number {
  return (100 * usedBytes) / (usedBytes + availableBytes);
}

/** The level that is asked for, in percent of this file system. */
export function percentAsked(level: DiskLevel, space: DiskSpace): number {
  const { usedBytes, availableBytes } = space;
  const remaining = remainingBytes(level, space);
  return 100 * (1 - remaining / (usedBytes + availableBytes));
}

/** What must be taken to reach the level: whole blocks, never past it; 0 or less when it is reached. */
export function missingBytes(level: DiskLevel, space: DiskSpace): number {
  const { availableBytes, blockBytes } = space;
  return Math.floor((availableBytes - remainingBytes(level, space)) / blockBytes) * blockBytes;
}

/** What is left for others at the level. */
export function remainingBytes(level: DiskLevel, { usedBytes, availableBytes }: DiskSpace): number {
  return level.remainingBytes ?? (1 - level.fillPercent / 100) * (usedBytes + availableBytes);
}
