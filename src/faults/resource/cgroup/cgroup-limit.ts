import type { Clock } from '../../../model/clock.js';
import type { Exposure } from '../../../model/evidence.js';
import type { ProcessIdentity } from '../../../model/receipt.js';
import type { Scenario } from '../../../model/scenario.js';
import type { ChaosScenarioType } from '../../../model/scenario-type.js';
import type { Cgroup, CgroupController } from '../../../undo/cgroup-layout.js';

/** A control group of ours. */
export interface OwnGroup extends Pick<Cgroup, 'version'> {
  readonly folder: string;
}

/** The limit of one controller: how it is set on a group of ours, and how it is seen to be there. */
export interface CgroupLimit<T extends ChaosScenarioType> {
  readonly type: T;
  readonly controller: CgroupController;
  readonly quantity: string;
  readonly unit: string;
  /** What keeps it from limiting anything: a limit under what is used already, or above what there is. null: nothing. */
  problem(scenario: Scenario<T>, processes: readonly ProcessIdentity[], home: Cgroup): string | null;
  /**
   * Sets it on a group that the processes are in.
   *
   * @param before - what was measured before they were moved
   * @throws ChaosError INJECTION_FAILED, or the error of the system
   */
  set(
    scenario: Scenario<T>,
    processes: readonly ProcessIdentity[],
    group: OwnGroup,
    before: number | null,
  ): LimitInForce;
  /** What it limits; null when it cannot be told, or there is no limit. */
  measure(
    processes: readonly ProcessIdentity[],
    group: OwnGroup | null,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<number | null>;
}

/** A limit that is set. */
export interface LimitInForce {
  /** In words, e.g. `at most 0.5 cores`. */
  readonly expected: string;
  /** The kernel still says so. */
  isThere(): boolean;
  /** What is measured is not more than it. */
  allows(measured: number | null): boolean;
  /** How often it was met since. */
  met(): Exposure;
}
