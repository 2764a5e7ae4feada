import type { Clock } from '../model/clock.js';
import type { UndoJournal } from '../undo/undo-journal.js';
import type { Environment } from './start-plan.js';

/** What opening a target takes from the run that needs it. */
export interface OpenContext {
  readonly runId: string;
  readonly bootId: string;
  /** Wall-clock ms after which the watchdog ends the target and its proxy even while the run lives. */
  readonly expiresAt: number;
  readonly journal: Pick<UndoJournal, 'record' | 'amend' | 'done'>;
  readonly clock: Clock;
  /** The file for the target's output; null keeps its last lines only. */
  readonly outputPath: string | null;
  /** Loads the agent into the target, which sends its outgoing connections through the run's proxy. Default: no. */
  readonly redirectsOutgoing?: boolean;
  /** Aborting while it starts ends everything that was begun. */
  readonly signal: AbortSignal;
  /** What the target inherits, before its own `env`. Default: this process's environment. */
  readonly env?: Environment;
}
