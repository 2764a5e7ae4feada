import { watchClocks } from '../../interpose/time/watched-clocks.js';
import type { ClockSight } from '../../model/clock-change.js';
import type { Clock } from '../../model/clock.js';
import type { Aftermath } from '../../model/evidence.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import { systemClock } from '../../model/system-clock.js';
import type { Target } from '../../model/target.js';
import { lookUntilBack } from '../look-until-back.js';
import { processReceipt } from '../resource/process-receipt.js';
import { clockEffect, overflowOf, type TimeScenarioType } from './clock-effect.js';
import { ClockWatch } from './clock-watch.js';
import { isBackSight } from './is-back-sight.js';
import { refusedComponents } from './refused-components.js';

/** The clocks of this thread: what runs in it reads them, but for chaosx itself, which keeps to the real ones. */
export function clocksOfThisProcess<T extends TimeScenarioType>(type: T): Fault<T> {
  return {
    type,
    backend: 'in-process',
    survives: 'process',
    supports: (scenario, target) => Promise.resolve(support(scenario, target)),
    prepare: (_scenario, context) => processReceipt('the clocks of this thread', context),
    inject: (scenario, _receipt, context) => Promise.resolve(change(scenario, context)),
  };
}

function support(scenario: Scenario<TimeScenarioType>, target: Target): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (target.kind !== 'objects' && target.kind !== 'this-process') {
    return no(`the clocks of ${target.name} are not this process's`);
  }
  const reason = refusedComponents(scenario) ?? overflowOf(scenario, systemClock.wallMs());
  return reason === null ? { supported: true } : no(reason);
}

function change(scenario: Scenario<TimeScenarioType>, context: FaultContext): ActiveFault {
  const { clock, signal, fired } = context;
  signal.throwIfAborted();
  const effect = clockEffect(scenario);
  const watched = watchClocks(effect.change);
  fired({ rule: scenario.name, site: 'clocks of this process', n: 0, effect: effect.text });
  const watch = new ClockWatch(effect, clock, () => Promise.resolve(watched.sight()));
  return {
    check: (checkSignal) => watch.look(checkSignal),
    async revert() {
      watched.revert();
    },
    checkAfter: (afterSignal) => lookAfter(clock, afterSignal),
  };
}

/** By a look of its own: the fault is gone. */
function lookAfter(clock: Clock, signal: AbortSignal): Promise<Aftermath> {
  const look = watchClocks({});
  const sight = (): ClockSight => look.sight();
  return lookUntilBack(() => Promise.resolve(isBackSight(sight())), clock, signal).finally(() =>
    look.revert(),
  );
}
