import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Receipt } from '../model/receipt.js';
import { isFaked } from './faked-clock.js';
import { isStopped } from './is-stopped.js';
import { isLowered } from './restore-file-limits.js';

/**
 * What a receipt's act has changed and is not as before, a sentence each: for what bears no mark of its run. Whether it
 * was crossed out is not asked.
 */
export function leftByReceipt(receipt: Receipt): readonly string[] {
  switch (receipt.kind) {
    case 'disk-file': {
      const path = join(receipt.directory, receipt.name);
      return inodeAt(path) === receipt.inode && receipt.inode !== undefined ? [`file ${path} is there`] : [];
    }
    case 'file-limits':
      return (receipt.limits ?? [])
        .filter((limit) => limit.before !== limit.during && isLowered(limit))
        .map(({ pid, before, during }) => `process ${pid} may open ${during} files, not ${before}`);
    case 'paused-processes':
      return (receipt.processes ?? []).filter(isStopped).map(({ pid }) => `process ${pid} stands still`);
    case 'faked-clock':
      return isFaked(receipt.directory) ? [`the preloaded clock of ${receipt.directory} is not real`] : [];
    // Found by the mark or the name of their run, or gone with the process that made them.
    case 'patch':
    case 'toxic':
    case 'proxy':
    case 'front':
    case 'agent':
    case 'agent-directory':
    case 'clock-directory':
    case 'attach':
    case 'started-process':
    case 'nft-table':
    case 'traffic-class':
    case 'target-network':
    case 'cgroup':
    case 'helper':
      return [];
  }
}

function inodeAt(path: string): string | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino.toString();
}
