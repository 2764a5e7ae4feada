import type { Decide } from '../../model/decide.js';
import type { Exposure, Measurement } from '../../model/evidence.js';
import type { RouteSampler, RouteStats, Toxic } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';

export type NetworkType =
  | 'NETWORK_LATENCY'
  | 'NETWORK_PARTITION'
  | 'PACKET_LOSS'
  | 'BANDWIDTH'
  | 'CONNECTION_RESET'
  | 'CONNECTION_RATE'
  | 'DNS_FAILURE';

/** What the checker's samples of one route say. */
export interface Sighting {
  readonly active: 'yes' | 'no' | 'unknown';
  readonly measured: Measurement;
}

/** What a network scenario does to a route, and how its effect is seen there: the same wherever the route runs. */
export interface NetworkEffect<T extends NetworkType> {
  readonly type: T;
  toxic(scenario: Scenario<T>, decide: Decide): Toxic;
  /** What `look` compares with, measured before injection; null when it could not be. Default: the round trip in ms. */
  measureBefore?(scenario: Scenario<T>, route: RouteSampler, signal: AbortSignal): Promise<number | null>;
  /** Samples the route and compares with what was measured before. */
  look(
    scenario: Scenario<T>,
    route: RouteSampler,
    baseline: number | null,
    signal: AbortSignal,
  ): Promise<Sighting>;
  /**
   * False where what it does may be what a busy machine does: then it is no proof of a failed undo that it is seen after
   * the revert. Default: true.
   */
  standsOut?(scenario: Scenario<T>, baseline: number | null): boolean;
  /** @param seesRefusals - false where an attempt to connect to a closed port leaves no trace */
  exposure(scenario: Scenario<T>, stats: RouteStats, toxicId: string, seesRefusals: boolean): Exposure;
}

/** What a toxic acted on so far, of the target's own traffic. */
export function metBy(
  stats: RouteStats,
  toxicId: string,
): { readonly connections: number; readonly chunks: number } {
  return stats.byToxic[toxicId] ?? { connections: 0, chunks: 0 };
}
