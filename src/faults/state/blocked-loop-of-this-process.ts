import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import { BlockedLoop } from '../../interpose/deadlock/blocked-loop.js';
import { nextTurn } from '../../interpose/next-turn.js';
import { toMs } from '../../model/duration.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { unlessAborted } from '../../model/unless-aborted.js';
import { processReceipt } from '../resource/process-receipt.js';
import { blockedLoopEvidence } from './blocked-loop-evidence.js';

/** How long the undisturbed loop is watched; its delay is measured every 10 ms. */
const lookBeforeMs = 60;
const firstStretchMs = 200;

/**
 * The event loop of this process stands still. A thread beside it ends that when the fault's time is over; a signal to
 * this process has the loop turn, so that the run can be stopped.
 */
export const blockedLoopOfThisProcess: Fault<'DEADLOCK'> = {
  type: 'DEADLOCK',
  backend: 'in-process',
  survives: 'process',

  supports: (scenario, target) => Promise.resolve(support(scenario, target)),

  prepare: (_scenario, context) => processReceipt('the event loop of this process', context),

  async inject(scenario, _receipt, context) {
    context.signal.throwIfAborted();
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    let loop: BlockedLoop | undefined;
    try {
      await context.clock.sleep(lookBeforeMs, context.signal);
      const before = delay.max / 1e6;
      loop = block(scenario, context);
      await unlessAborted(loop.watching, context.signal);
      return activeFault(loop, before, delay);
    } catch (error) {
      delay.disable();
      loop?.release();
      await loop?.ended();
      throw error;
    }
  },
};

function block(scenario: Scenario<'DEADLOCK'>, { expiresAt, fired }: FaultContext): BlockedLoop {
  const { by = 'atomics-wait' } = scenario.parameters;
  const activeMs = toMs(scenario.duration);
  fired({ rule: scenario.name, site: 'event loop', n: 0, effect: `block (${by})` });
  return new BlockedLoop({
    by,
    firstStretchMs,
    activeMs,
    expiresAt,
    lease: null,
    forSignals: isMainThread,
  });
}

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>;

function activeFault(loop: BlockedLoop, baseline: number, delay: LoopDelay): ActiveFault {
  return {
    async check(signal) {
      await unlessAborted(loop.seen, signal);
      // The measuring timer of the platform has its turn between these.
      await nextTurn();
      await nextTurn();
      return blockedLoopEvidence(baseline, delay.max / 1e6, 'this process');
    },
    async revert() {
      loop.release();
      delay.disable();
      await loop.ended();
    },
  };
}

function support({ parameters, targetComponents }: Scenario<'DEADLOCK'>, target: Target): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (parameters.kind !== 'block-event-loop') return no('`kind: block-event-loop` was not asked for');
  if (target.kind !== 'objects' && target.kind !== 'this-process') {
    return no(`the event loop of ${target.name} is not this process's`);
  }
  if (targetComponents.length > 0) {
    return no('the event loop is of the process, not of a component: leave targetComponents empty');
  }
  return { supported: true };
}
