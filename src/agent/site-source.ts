import type { CallSite, Unpatchable } from '../interpose/find-call-sites.js';

/** Where an agent finds functions that faults may act on. */
export interface SiteSource {
  /**
   * Those that are there now. Functions of the target's modules are named `<file>#<function>` or `<file>#<class>#<method>`
   * with the file as it lies below the target's folder; `component` is the file, `method` what follows the `#`.
   */
  sites(): readonly CallSite[];
  /** Has `told` called, synchronously, once there are more of them (a module was loaded); answers how to stop that. */
  onMore?(told: () => void): () => void;
  /** Names of those that are there, and of those that come once the program runs them. Default: of those that are there. */
  names?(): readonly string[];
  /** Functions that were found and cannot be patched. */
  unpatchable?(): readonly Unpatchable[];
  /** Modules that were asked for and are out of reach, with the reason. */
  untouched?(): ReadonlyMap<string, string>;
}
