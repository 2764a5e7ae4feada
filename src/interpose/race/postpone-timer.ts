import type { Hold, PlatformHit } from '../platform-call.js';
import { holdBack } from './postpone.js';

type Callback = (...args: readonly unknown[]) => void;

/** How often a timer whose time has come looks whether it is its turn. */
const lookAgainMs = 1;

/** A `Timeout`: where the platform keeps its duration, and whether it was cleared. Node 20 to 26 name them so. */
interface OpenTimeout {
  _idleTimeout: number;
  readonly _destroyed: boolean;
  refresh(): OpenTimeout;
}

/** What timers of a duration wait for each other by: the platform runs equal ones in the order in which they were set. */
export function timerLane(durationMs: unknown): string {
  const asked = Math.trunc(Number(durationMs));
  return `timers of ${asked >= 1 && asked <= 2 ** 31 - 1 ? asked : 1} ms`;
}

/**
 * Has the callback of a `setTimeout` come later. The timer itself is set again meanwhile, so that whatever a program does
 * with it (`clearTimeout`, `unref`, `close`, `refresh`) does what it always does.
 */
export function postponeTimeout(call: PlatformHit, hold: Hold): unknown {
  const [callback, durationMs, ...given] = call.args;
  const laneName = timerLane(durationMs);
  let letGo: (() => boolean) | null = null;
  const fire = function (this: unknown, ...args: readonly unknown[]) {
    const act = () => Reflect.apply(callback as Callback, this, args);
    if (!isOpen(this)) return act();
    letGo ??= heldTimer(call, hold, laneName, this, () => (letGo = null));
    if (!letGo()) return;
    letGo = null;
    act();
  };
  return call.proceed([fire, durationMs, ...given]);
}

/** Asked each time that the timer's time has come: true when its callback may run, else it was set again. */
function heldTimer(
  call: PlatformHit,
  hold: Hold,
  laneName: string,
  timer: OpenTimeout,
  restarted: () => void,
): () => boolean {
  const asked = timer._idleTimeout;
  const delayMs = hold.answerMs();
  if (delayMs === null && hold.busyLane(laneName) === null) return () => true;
  const place = hold.lane(laneName).enter(() => timer._destroyed);
  const dueMs = call.delays.nowMs() + (delayMs ?? 0);
  const setAgain = (ms: number) => {
    timer._idleTimeout = Math.max(1, Math.ceil(ms));
    refresh.call(timer);
  };
  // To the program its time has not come yet: `refresh` begins it anew.
  const own = { value: begin, writable: true, configurable: true };
  // oxlint-disable-next-line typescript/unbound-method -- called with the timer as `this`
  const { refresh } = timer;
  Object.defineProperty(timer, 'refresh', own);
  function release(): void {
    wakeNoMore();
    place.leave();
    over();
    Reflect.deleteProperty(timer, 'refresh');
    timer._idleTimeout = asked;
  }
  function begin(): OpenTimeout {
    release();
    restarted();
    return timer.refresh();
  }
  const wakeNoMore = hold.untilOver(() => {
    if (!timer._destroyed) setAgain(1);
  });
  let over: () => void = () => undefined;
  if (delayMs !== null) void call.observe(() => new Promise<void>((resolve) => (over = resolve)));
  return () => {
    const leftMs = call.delays.isOver() ? 0 : dueMs - call.delays.nowMs();
    if (leftMs > 0 || !place.isFirst()) {
      setAgain(leftMs > 0 ? leftMs : lookAgainMs);
      return false;
    }
    release();
    return true;
  };
}

function isOpen(timer: unknown): timer is OpenTimeout {
  if (typeof timer !== 'object' || timer === null) return false;
  const { _idleTimeout, _destroyed, refresh } = timer as Partial<Record<keyof OpenTimeout, unknown>>;
  return typeof _idleTimeout === 'number' && typeof _destroyed === 'boolean' && typeof refresh === 'function';
}

/** Has the callback of a `setImmediate` come later, and those that were set after it no earlier. */
export function postponeImmediate(
  call: PlatformHit,
  hold: Hold,
  isCleared: (immediate: object) => boolean,
): unknown {
  const [callback, ...given] = call.args;
  const immediate = call.proceed([
    (...args: readonly unknown[]) => {
      holdBack(call, hold.answerMs(), hold.lane('immediates'), () => {
        if (!isCleared(immediate)) (callback as Callback)(...args);
      });
    },
    ...given,
  ]) as object;
  return immediate;
}
