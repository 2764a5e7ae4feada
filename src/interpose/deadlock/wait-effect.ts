import type { WaitingPlace } from '../../model/agent-link.js';
import { systemClock } from '../../model/system-clock.js';
import { atFirstStep } from '../at-first-step.js';
import type { CallEffect, HitCall } from '../call-effect.js';
import { isPromise } from '../is-promise.js';
import type { PlatformHit } from '../platform-call.js';
import { signalAmong } from '../signal-among.js';
import { LockCircle } from './lock-circle.js';
import { PromiseGate } from './promise-gate.js';
import { StuckWorkers } from './stuck-workers.js';
import type { WaitPlace } from './wait-place.js';

/** Beside the time that the fault is meant to be active: after that calls go on even if nobody ends it. */
const slackMs = 1_000;
const nowMs = () => systemClock.nowMs();

/**
 * Has calls wait for ever: until the fault ends. Then each makes the real call, as one that waited for a lock does.
 *
 * Only a function that answers with promises can wait without blocking its thread: all others are left alone. One that
 * is not async and was not seen to answer yet is called first, and its answer waits. Async generators wait in their first
 * step. With `honourAbort`, a call rejects with the reason of an AbortSignal among its arguments.
 */
export function waitEffect(on: WaitingPlace, honourAbort: boolean): CallEffect {
  let place: WaitPlace | null = null;
  let waited = 0;
  const placeFor = ({ delays }: HitCall): WaitPlace => {
    if (place !== null) return place;
    const opened = openPlace(on, (delayMs) => delays.sleep(delayMs, null));
    place = opened;
    // It also keeps the process alive meanwhile, as the work would that is waited for.
    void delays.sleep(delays.leftMs() + slackMs, null).then(() => opened.open());
    return opened;
  };
  return {
    onConstruct: false,
    isFelt: () => true,
    apply(call) {
      if (call.delays.isOver()) return call.proceed();
      const enter = (signal: AbortSignal | null) => {
        waited += 1;
        call.felt('wait');
        return placeFor(call).enter(`${call.component}.${call.method} #${waited}`, signal);
      };
      if (call.platform !== null) return waitOnPlatform(call, enter, honourAbort);
      const signal = honourAbort ? signalAmong(call.args) : null;
      return waitInCall(call, () => enter(signal));
    },
    undo() {
      place?.open();
      return [];
    },
    waits: () => place?.waits() ?? [],
    ended: async () => place?.ended(),
  };
}

function openPlace(on: WaitingPlace, sleep: (delayMs: number) => Promise<void>): WaitPlace {
  switch (on) {
    case 'promise-gate':
      return new PromiseGate(nowMs);
    case 'circular-wait':
      return new LockCircle(nowMs, sleep);
    case 'workers':
      return new StuckWorkers(nowMs);
  }
}

function waitInCall(call: HitCall, enter: () => Promise<() => void>): unknown {
  if (call.shape === 'async-generator') {
    const wait = async () => (await enter())();
    return atFirstStep(call, () => call.observe(wait), call.proceed() as object);
  }
  if (call.shape === 'generator' || call.answers === 'value') return call.proceed();
  if (call.answers === 'promise') return call.observe(() => proceedWithin(enter, () => call.proceed()));
  const answer = call.proceed();
  if (!isPromise(answer)) return answer;
  // A rejection that comes meanwhile is handed on below.
  answer.catch(() => undefined);
  return call.observe(() => proceedWithin(enter, () => answer));
}

async function proceedWithin(enter: () => Promise<() => void>, answer: () => unknown): Promise<unknown> {
  const leave = await enter();
  try {
    return await answer();
  } finally {
    leave();
  }
}

/** As when the platform is slow, without an end. What it holds is let go as the real call begins. */
function waitOnPlatform(
  call: HitCall,
  enter: (signal: AbortSignal | null) => Promise<() => void>,
  honourAbort: boolean,
): unknown {
  const delays: PlatformHit['delays'] = {
    isOver: () => call.delays.isOver(),
    nowMs: () => call.delays.nowMs(),
    sleep: async (_delayMs, signal) => (await enter(signal))(),
    // A synchronous call has no promise to wait by.
    block: () => undefined,
  };
  const slowness = { delayMs: Number.POSITIVE_INFINITY, honourAbort, felt: () => undefined };
  return call.platform?.slow({ ...call, delays }, slowness);
}
