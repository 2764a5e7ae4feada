import type { Scenario, Severity } from './scenario.js';

/** What ends a gameday by itself, beside a leak, which always does. */
export const stopOnChoices = ['deviated', 'not-recovered', 'never'] as const;
export type StopOn = (typeof stopOnChoices)[number];

/** A scenario on its way to an agenda. */
export interface AgendaEntry {
  readonly scenario: Scenario;
  /** What is expected of the system while it is active; null when nothing was said. */
  readonly hypothesis: string | null;
}

/** A point of the agenda as a campaign's settings keep it. Its place is the number of its round. */
export interface AgendaPoint {
  readonly scenario: string;
  readonly severity: Severity;
  readonly hypothesis: string;
}
