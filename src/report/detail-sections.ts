import type { DetailTable } from '../model/detail-table.js';
import type { Results } from '../model/results.js';
import { handlersTable } from './handlers-table.js';

/** A section of a report that is a table. */
export interface DetailSection {
  /** The scenario whose fault shows it; null: it is about the whole run. */
  readonly scenario: string | null;
  readonly details: DetailTable;
}

/** What faults show of themselves, and what the whole run shows beside its verdict. */
export function detailSections({
  scenarios,
  handlers,
}: Pick<Results, 'scenarios' | 'handlers'>): readonly DetailSection[] {
  return [
    ...scenarios.flatMap(({ name, evidence }) =>
      (evidence?.details ?? []).map((details) => ({ scenario: name, details })),
    ),
    ...(handlers === undefined ? [] : [{ scenario: null, details: handlersTable(handlers) }]),
  ];
}
