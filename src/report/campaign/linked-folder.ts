import type { Cell } from './document.js';
import { linked, type RoundLinks } from './rounds-table.js';

/** The folder of a run, leading to its report where there is one. */
export function linkedFolder(folder: string | null, links: RoundLinks): Cell {
  if (folder === null) return '–';
  return linked({ folder }, folder.split('/').at(-1) ?? folder, links);
}
