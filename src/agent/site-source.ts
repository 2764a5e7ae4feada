import type { CallSite, Unpatchable } from '../interpose/find-call-sites.js';
import type { PlannedSite } from './modules/planned-sites.js';

/** Functions that patterns name and that are not in reach yet. */
export interface AwaitedSites {
  /** In reach from the second call on of any function of their module that uses them. */
  waiting(): readonly PlannedSite[];
  /** How many there are that are not looked out for, because they were too many at once. */
  leftOut(): number;
  /** No longer looks out for them. Idempotent. */
  stop(): void;
}

/** An object at the top of a module. */
export interface ModuleState {
  /** `<file>#<name>`. */
  readonly name: string;
  /** The file. */
  readonly component: string;
  /** The name; `exports` for all that a CommonJS module exports. */
  readonly method: string;
  readonly value: object;
}

/** Where an agent finds functions that faults may act on. */
export interface SiteSource {
  /**
   * Those that are there now. Functions of the target's modules are named `<file>#<function>` or `<file>#<class>#<method>`
   * with the file as it lies below the target's folder; `component` is the file, `method` what follows the `#`.
   */
  sites(): readonly CallSite[];
  /** Has `told` called, synchronously, once there are more of them (a module was loaded); answers how to stop that. */
  onMore?(told: (more: readonly CallSite[]) => void): () => void;
  /**
   * Names of those that are there, and of those that come once the program runs them. Default: of those that are there.
   *
   * @throws Error when that cannot be told here
   */
  names?(): Promise<readonly string[]>;
  /**
   * Looks out for functions that patterns name and that come into reach once the program runs them; `onMore` tells then.
   *
   * @throws Error when this Node has no debugger, or is not allowed to use it
   */
  lookOut?(patterns: readonly string[]): AwaitedSites;
  /** The objects that names at the top of modules hold, and what modules export. Default: none. */
  state?(): readonly ModuleState[];
  /** Functions that were found and cannot be patched. */
  unpatchable?(): readonly Unpatchable[];
  /** Modules that were asked for and are out of reach, with the reason. */
  untouched?(): ReadonlyMap<string, string>;
}
