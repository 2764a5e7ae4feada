import { activePatches } from '../interpose/active-patches.js';
import type { Receipt } from '../model/receipt.js';
import type { CleanExit } from '../model/results.js';
import { systemClock } from '../model/system-clock.js';
import type { Target } from '../model/target.js';
import { type FindLeftoversOptions, type Inventory, thingsOfRun } from '../targets/find-leftovers.js';
import { leftByReceipt } from '../undo/left-by-receipt.js';
import { areTouched, heldBack, processesOfTarget } from './target-processes.js';

/** What just ends (a process, a socket of a peer) has this long to be gone. */
const settleMs = 1_000;
const lookAgainMs = 20;
const heldBackThings = 'processes of the target that are held back';
const never = new AbortController().signal;

export interface CleanExitOptions extends FindLeftoversOptions {
  readonly target: Target;
}

/** What could be left behind, as it was before a run. */
export interface BeforeRun {
  /**
   * Looks again once everything was reverted and the target was stopped.
   *
   * @param touched - every receipt of the run, those that are done included
   */
  compare(touched: readonly Receipt[]): Promise<CleanExit>;
}

/**
 * Looks at all that a run could leave behind before it begins. Only what bears its mark or its name, what its receipts
 * name, this process and the target's own processes are looked at: what others do meanwhile is theirs.
 */
export async function lookBeforeRun(options: CleanExitOptions): Promise<BeforeRun> {
  const ofTarget = processesOfTarget(options.target);
  const look = async (touched: readonly Receipt[]): Promise<Inventory> => ({
    ...(await thingsOfRun(options)),
    'patched functions': activePatches().map((site) => `${site} is still patched`),
    [heldBackThings]: heldBack(ofTarget, options.runId),
    'files and limits of the receipts': touched.flatMap((receipt) => leftByReceipt(receipt)),
  });
  const before = await look([]);
  return {
    async compare(touched) {
      // Nobody but its own users stopped a target that we did not touch.
      const isOurs = areTouched(ofTarget, touched);
      const untilMs = systemClock.nowMs() + settleMs;
      for (;;) {
        const after = await look(touched);
        const leftovers = Object.entries(after).flatMap(([what, things]) =>
          what === heldBackThings && !isOurs ? [] : things.filter((thing) => !before[what]?.includes(thing)),
        );
        if (leftovers.length === 0 || systemClock.nowMs() > untilMs)
          return comparison(before, after, [...new Set(leftovers)]);
        await systemClock.sleep(lookAgainMs, never);
      }
    },
  };
}

function comparison(before: Inventory, after: Inventory, leftovers: readonly string[]): CleanExit {
  const checked = Object.keys(after);
  return {
    clean: leftovers.length === 0,
    checked,
    leftovers,
    compared: checked.map((what) => ({
      what,
      before: before[what]?.length ?? 0,
      after: after[what]?.length ?? 0,
    })),
  };
}
