import { timeLimit } from '../model/time-limit.js';
import { unlessAborted } from '../model/unless-aborted.js';
import type { ActiveScenario } from './observe.js';
import type { Run } from './run.js';

/** A fault gives up looking by itself, far sooner; one that hangs is given up after this. */
const limitMs = 20_000;

/**
 * Has the samplers of reverted faults look again, all at once. Never throws: a look that fails says nothing.
 *
 * @returns false when the effect of one is still there
 */
export async function checkAfter(run: Run, reverted: readonly ActiveScenario[]): Promise<boolean> {
  using within = timeLimit(limitMs);
  const limit = AbortSignal.any([run.ports.signal, within.signal]);
  const all = await Promise.all(reverted.map((one) => isBack(run, one, limit)));
  return !all.includes(false);
}

async function isBack(run: Run, { step, injection }: ActiveScenario, all: AbortSignal): Promise<boolean> {
  // One each: the platform warns of a signal that more than ten listen to.
  const limit = AbortSignal.any([all]);
  try {
    const aftermath = await unlessAborted(injection.checkAfter(limit), limit);
    if (aftermath === null) return true;
    run.emit({ type: 'aftermath-checked', scenario: step.index, ...aftermath });
    return aftermath.back !== 'no';
  } catch {
    if (!run.ports.signal.aborted)
      run.emit({ type: 'aftermath-checked', scenario: step.index, back: 'unknown', after: null });
    return true;
  }
}
