import { loadEventLoop } from '../../interpose/event-loop-load.js';
import { loopUse, loopUseSince } from '../../interpose/loop-use.js';
import { toMs } from '../../model/duration.js';
import type { Fault, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { lookAtLoopMs, loopEvidence } from './loop-evidence.js';
import { percentOfTime } from './percent-of-time.js';
import { processReceipt } from './process-receipt.js';

/** The event loop of this process is kept busy, in stretches after which the run itself goes on. */
export const eventLoopOfThisProcess: Fault<'CPU_STRESS'> = {
  type: 'CPU_STRESS',
  backend: 'in-process',
  survives: 'process',

  supports: (scenario, target) => Promise.resolve(support(scenario, target)),

  prepare: (_scenario, context) => processReceipt('the event loop of this process', context),

  async inject(scenario, _receipt, context) {
    const { clock, signal } = context;
    signal.throwIfAborted();
    const percent = percentOfTime(scenario, 'event loop', context.decide);
    const before = loopUse();
    const load = loadEventLoop(percent / 100);
    const effect = `event loop ${Math.round(percent)} % busy`;
    context.fired({ rule: scenario.name, site: 'this process', n: 0, effect });
    return {
      async check(checkSignal) {
        const from = loopUse();
        await clock.sleep(lookAtLoopMs, checkSignal);
        return loopEvidence(percent, before, loopUseSince(from), 'this process');
      },
      async revert() {
        load.stop();
      },
    };
  },
};

function support({ parameters, targetComponents }: Scenario<'CPU_STRESS'>, target: Target): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (parameters.place !== 'event-loop') return no('`place: event-loop` was not asked for');
  if (toMs(parameters.ramp) > 0) return no('an event loop is busy at once: leave out `ramp`');
  if (target.kind !== 'objects' && target.kind !== 'this-process') {
    return no(`the event loop of ${target.name} is not this process's`);
  }
  if (targetComponents.length > 0) {
    return no('the event loop is of the process, not of a component: leave targetComponents empty');
  }
  return { supported: true };
}
