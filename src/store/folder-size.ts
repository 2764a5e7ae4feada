import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of all files in a folder and below; links are not followed. What goes away meanwhile counts nothing. */
export function folderSize(path: string): number {
  try {
    return readdirSync(path, { withFileTypes: true }).reduce((sum, entry) => {
      const inside = join(path, entry.name);
      return sum + (entry.isDirectory() ? folderSize(inside) : lstatSync(inside).size);
    }, 0);
  } catch {
    return 0;
  }
}
