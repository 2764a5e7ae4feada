import type { Clock } from '../model/clock.js';
import type { UndoJournal } from '../undo/undo-journal.js';
import type { Environment } from './start-plan.js';

/** What an agent in the target does. */
export interface AgentUse {
  /** It sends outgoing connections through the run's proxy. */
  readonly redirectsOutgoing: boolean;
  /** Patterns of functions of the target's modules that it must reach, or of their files below the target's folder. */
  readonly modules: readonly string[];
  /** Patterns of files below the target's folder whose handlers of errors count. Default: none. */
  readonly handlers?: readonly string[];
  /** It may change the clocks, so that our functions of these come before the target's own code. Default: no. */
  readonly changesClocks?: boolean;
  /** All functions of a running process are to be named, without being reached. Default: no. */
  readonly listsModules?: boolean;
  /**
   * No process has it yet when faults are armed: they are there for those that come, and what they match is seen only
   * then. Default: no.
   */
  readonly comesLater?: boolean;
  /** Package managers and test runners that only start others are left alone. Default: no. */
  readonly sparesLaunchers?: boolean;
}

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
  /** What the agent is loaded into the target for. Default: it is not loaded. */
  readonly agent?: AgentUse;
  /** A clock is preloaded into a started target, so that its programs can be shown another time. Default: none. */
  readonly preloadsClock?: boolean;
  /** Aborting while it starts ends everything that was begun. */
  readonly signal: AbortSignal;
  /** What the target inherits, before its own `env`. Default: this process's environment. */
  readonly env?: Environment;
}
