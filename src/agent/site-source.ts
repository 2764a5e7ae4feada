import type { CallSite } from '../interpose/find-call-sites.js';

/** Where an agent finds functions that faults may act on. */
export interface SiteSource {
  /**
   * Those that are there now. Functions of the target's modules are named `<file>#<function>` or `<file>#<class>#<method>`
   * with the file as it lies below the target's folder; `component` is the file, `method` what follows the `#`.
   */
  sites(): readonly CallSite[];
  /** Has `told` called, synchronously, once there are more of them (a module was loaded); answers how to stop that. */
  onMore?(told: () => void): () => void;
}
