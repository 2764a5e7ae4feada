import { activePatches } from '../interpose/active-patches.js';
import type { CleanExit } from '../model/results.js';
import { findLeftovers } from '../targets/find-leftovers.js';

export interface CleanExitInput {
  readonly runId: string;
  /** Functions that were patched before the run began: another run's or the user's. */
  readonly patchedBefore: readonly string[];
  readonly stateDirectory?: string | undefined;
}

/** Every function of this process that a fault has patched now. */
export function patchedFunctions(): readonly string[] {
  return activePatches();
}

/** Looks for anything of this run that is left, once everything was reverted and the target was stopped. */
export async function checkCleanExit({
  runId,
  patchedBefore,
  stateDirectory,
}: CleanExitInput): Promise<CleanExit> {
  const leftovers = [
    ...patchedFunctions()
      .filter((site) => !patchedBefore.includes(site))
      .map((site) => `${site} is still patched`),
    ...(await findLeftovers({ runId, stateDirectory })),
  ];
  return {
    clean: leftovers.length === 0,
    checked: [
      'receipts',
      'patched functions',
      'processes with the mark of this run',
      'proxy directories',
      'nftables',
      'network namespaces',
    ],
    leftovers,
  };
}
