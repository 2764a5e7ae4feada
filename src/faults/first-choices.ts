import { type DetailTable, mostDetailRows } from '../model/detail-table.js';
import type { FiredDecision } from '../model/fault.js';
import type { DetailCollector } from './with-details.js';

/**
 * Collects the choices one by one.
 *
 * @param section - is given the first 50 of them, and how many there were beside these
 */
export function firstChoices(
  section: (fired: readonly FiredDecision[], more: number) => DetailTable,
): () => DetailCollector {
  return () => {
    const kept: FiredDecision[] = [];
    let more = 0;
    return {
      add(decision) {
        if (kept.length < mostDetailRows) kept.push(decision);
        else more += 1;
      },
      section: () => section(kept, more),
    };
  };
}
