import { type DetailTable, detailTable } from '../../model/detail-table.js';
import type { FiredDecision } from '../../model/fired-decision.js';

/** What `corruptEffect` says of one corruption: `scale at answer.total: 42 → 420`. */
const told =
  /^(?<operator>[a-z-]+) at (?<part>answer|arguments|message|state)(?<path>(?:\.get\("(?:[^"\\]|\\.)*"\)|(?!\.get\(").)*?): (?<from>"(?:[^"\\]|\\.)*"|.*?) → (?<to>.*)$/s;

/** The section that shows each corruption: the place, how, and the value before and after. */
export function whatWasCorrupted(fired: readonly FiredDecision[], more: number): DetailTable {
  const rows = fired.map(({ site, n, effect }) => {
    const { operator, part, path, from, to } = told.exec(effect)?.groups ?? { operator: effect };
    // State is not corrupted by a call.
    return [
      `${part ?? 'data'}${path ?? ''} of ${site}`,
      part === 'state' ? '' : `${n}`,
      operator ?? '',
      from ?? '',
      to ?? '',
    ];
  });
  return detailTable('What was corrupted', ['place', 'call', 'operator', 'from', 'to'], rows, more);
}
