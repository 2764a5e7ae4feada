import type { Duration } from './duration.js';

/** What an experiment may never do, beyond what is never done anyway; checked before anything is touched. */
export interface SafetyLimits {
  /** Longest time that a fault may be active, at most 24 hours. Default 1 h. */
  readonly maxDuration?: Duration | undefined;
  /** Memory of the machine that a leak must leave at its limit, in MB. Default 256. */
  readonly minFreeMemoryMb?: number | undefined;
  /** Space of a file system that `disk_full` must leave, in MB. Default 0; of the one mounted at `/` always 256. */
  readonly minFreeDiskMb?: number | undefined;
  /** Folders in which nothing is written, besides those of the system. */
  readonly protectedPaths?: readonly string[] | undefined;
  /** Processes that are no target, nor below one, besides those that the machine lives by. */
  readonly protectedPids?: readonly number[] | undefined;
  /** Ports of addresses where rules of the kernel break nothing. Default `[22]`; that of one's own SSH session always. */
  readonly protectedPorts?: readonly number[] | undefined;
}
