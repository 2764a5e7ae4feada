import { type CallForm, proceedWith } from '../call-form.js';
import { callbackOf } from '../callback-of.js';
import { isPromise } from '../is-promise.js';
import type { Hold, PlatformCall, PlatformHit } from '../platform-call.js';
import { holdUntilTurn } from './hold-until-turn.js';
import type { Lane } from './lane.js';

/** Which orders a call keeps. */
export interface CallOrder {
  /** `free`: it may start later than others that were made after it. `now`: it must start at once. */
  readonly starts: 'free' | 'now' | { readonly inOrderOf: object | string };
  /** `free`: answers may overtake each other. Else they keep the order in which they came. */
  readonly answers: 'free' | { readonly inOrderOf: object | string };
}

/** Has a call of the platform start later, or its answer come later. */
export function postponeInForm(
  form: Exclude<CallForm, 'sync'>,
  call: PlatformHit,
  hold: Hold,
  order: CallOrder,
): unknown {
  if (form === 'promise') return postponePromise(call, hold, order);
  const callback = callbackOf(call.args);
  if (callback === null) return call.proceed();
  // What the platform refuses it refuses at once, by throwing: so the call cannot start later.
  return proceedWith(call, (...answer) => {
    holdBack(call, hold.answerMs(), laneOf(hold, order.answers), () => callback(...answer));
  });
}

/** Has a call that answers with a promise start later, or its answer come later; one that does not is left alone. */
export function postponePromise(call: PlatformHit, hold: Hold, { starts, answers }: CallOrder): unknown {
  if (starts !== 'now') {
    const startMs = hold.startMs();
    const lane = laneOf(hold, starts);
    if (startMs !== null || lane?.isEmpty === false) {
      const started = new Promise<void>((resolve) => holdBack(call, startMs, lane, resolve));
      return started.then(() => answerLater(call, hold, answers));
    }
  }
  return answerLater(call, hold, answers);
}

function answerLater(call: PlatformHit, hold: Hold, order: CallOrder['answers']): unknown {
  const answer = call.proceed();
  if (!isPromise(answer)) return answer;
  // A promise of its own class, and not any: clients add methods to theirs.
  const handedOn = () =>
    new Promise<void>((resolve) => holdBack(call, hold.answerMs(), laneOf(hold, order), resolve));
  return answer.then(
    (value) => handedOn().then(() => value),
    (error: unknown) =>
      handedOn().then(() => {
        throw error;
      }),
  );
}

/** Has what a connection receives come later, in its order. */
export function postponeBySlowness(slow: PlatformCall['slow'], call: PlatformHit, hold: Hold): unknown {
  return slow(call, {
    // Granted when the wait begins.
    get delayMs() {
      return hold.answerMs() ?? 0;
    },
    honourAbort: true,
    felt: () => undefined,
  });
}

function laneOf(hold: Hold, order: CallOrder['starts']): Lane | null {
  return typeof order === 'object' ? hold.lane(order.inOrderOf) : null;
}

/** Calls `act` at once where nothing is to be waited for. A wait that was chosen is told to whoever measures. */
export function holdBack(
  call: PlatformHit,
  delayMs: number | null,
  lane: Lane | null,
  act: () => void,
): void {
  if (delayMs === null && lane?.isEmpty !== false) return act();
  const place = lane?.enter() ?? null;
  let over: () => void = () => undefined;
  if (delayMs !== null) void call.observe(() => new Promise<void>((resolve) => (over = resolve)));
  holdUntilTurn(delayMs ?? 0, place, call.delays, () => {
    over();
    act();
  });
}
