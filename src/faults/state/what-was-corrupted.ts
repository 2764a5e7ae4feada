import { type DetailTable, detailTable } from '../../model/detail-table.js';
import type { FiredDecision } from '../../model/fired-decision.js';

/** What `corruptEffect` says of one corruption: `scale at answer.total: 42 → 420`. */
const told =
  /^(?<operator>[a-z-]+) at answer(?<path>(?:\.get\("(?:[^"\\]|\\.)*"\)|(?!\.get\(").)*?): (?<from>"(?:[^"\\]|\\.)*"|.*?) → (?<to>.*)$/s;

/** The section that shows each corruption: the place, how, and the value before and after. */
export function whatWasCorrupted(fired: readonly FiredDecision[], more: number): DetailTable {
  const rows = fired.map(({ site, n, effect }) => {
    const { operator, path = '', from = '', to = '' } = told.exec(effect)?.groups ?? { operator: effect };
    return [`answer${path} of ${site}`, `${n}`, operator ?? '', from, to];
  });
  return detailTable('What was corrupted', ['place', 'call', 'operator', 'from', 'to'], rows, more);
}
