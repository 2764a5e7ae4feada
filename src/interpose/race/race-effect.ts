import type { RaceConditionParameters } from '../../model/scenario-parameters.js';
import type { CallEffect, HitCall } from '../call-effect.js';
import type { CallSite } from '../find-call-sites.js';
import { platformSites } from '../platform-sites.js';
import type { Hold } from '../platform-call.js';
import { Lanes } from './lanes.js';
import { type CallOrder, postponePromise } from './postpone.js';
import { chosenHold, followingHold, type HoldOptions } from './race-hold.js';
import { TimeBudget } from './time-budget.js';
import { timerSites } from './timer-sites.js';

/** Which part of the scenario's parameters the effect takes. */
export type RaceParameters = Pick<RaceConditionParameters, 'maxDelayMs' | 'budget' | 'gates' | 'places'>;

/** So many times the longest delay may be spent at once: a short test is perturbed from its first call on. */
const burst = 10;

/**
 * Has calls start later, and their answers come later, so that they overtake each other as they might on another day:
 * answers of promises and callbacks, never what is synchronous. Orders that the platform guarantees stay.
 */
export function raceEffect(parameters: RaceParameters): CallEffect {
  const { maxDelayMs, budget: share, gates, places } = parameters;
  let budget: TimeBudget | null = null;
  const lanes = new Lanes();
  const wakers = new Set<() => void>();
  const options: HoldOptions = {
    maxDelayMs,
    gates,
    lanes,
    budget: (nowMs) => (budget ??= new TimeBudget(share, burst * maxDelayMs * share, nowMs)),
    wakers,
  };
  return {
    onConstruct: false,
    onPlatform: ({ postpone }) => postpone !== undefined,
    isFelt: () => true,
    reach(hasComponents) {
      const asked = places ?? (hasComponents ? ['calls'] : ['io', 'timers']);
      return {
        onComponents: asked.includes('calls'),
        platform: [
          ...(asked.includes('io') ? ioSites() : []),
          ...(asked.includes('timers') ? timerSites() : []),
        ],
      };
    },
    apply: (call) => postponeCall(call, chosenHold(call, options)),
    follow: {
      isNeeded: ({ platform, component }, args, thisArg) =>
        platform === undefined
          ? lanes.busy(ownerOf(thisArg, component)) !== null
          : platform.isOrdered?.(args) === true,
      apply: (call) => postponeCall(call, followingHold(options)),
    },
    undo() {
      for (const wake of wakers) wake();
      return [];
    },
  };
}

/** Calls of the platform that answer later, named or not. */
function ioSites(): readonly CallSite[] {
  return platformSites()
    .filter(({ platform }) => platform?.postpone !== undefined)
    .map((site) => ({ ...site, byNameOnly: false }));
}

function postponeCall(call: HitCall, hold: Hold): unknown {
  if (call.platform?.postpone !== undefined) return call.platform.postpone(call, hold);
  if (call.shape === 'generator' || call.shape === 'async-generator') return call.proceed();
  // What an object was asked first it begins first: the parts of its methods before their first `await`.
  const starts: CallOrder['starts'] =
    call.answers === 'promise' ? { inOrderOf: ownerOf(call.thisArg, call.component) } : 'now';
  return postponePromise(call, hold, { starts, answers: 'free' });
}

function ownerOf(thisArg: unknown, component: string): object | string {
  return typeof thisArg === 'object' && thisArg !== null ? thisArg : component;
}
