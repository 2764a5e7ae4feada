import type { Clock } from '../../model/clock.js';
import type { ProcessIdentity } from '../../model/receipt.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import type { StateOptions } from '../../undo/state-directory.js';
import { isAlive } from '../../undo/process-identity.js';
import { TargetNotReady } from '../target-not-ready.js';
import { endedWhileAttaching } from './ended-while-attaching.js';
import { attachRefusal } from './attach-refusal.js';
import { closeExpression } from './close-expression.js';
import { evaluate, evaluateParams, platformRequire } from './evaluate.js';
import { connectInspector } from './inspector-connection.js';
import { lockAttach } from './lock-attach.js';
import { type OpenInspector, openInspector } from './open-inspector.js';
import { refuseAttach } from './refuse-attach.js';
import { workerChannels } from './worker-channels.js';

/** What is loaded into each thread of a process. */
export interface Guest {
  /** The text of a CommonJS module that needs modules of the platform alone, and exports a function. */
  readonly source: string;
  /** What that function is called with; plain JSON. The thread counts as attached once what it returns has settled. */
  readonly options: unknown;
}

export interface AttachOptions extends StateOptions {
  readonly runId: string;
  /** As for `attachRefusal`. */
  readonly trustSignal?: boolean | undefined;
  /** How long a busy event loop is waited for, in ms. Default 10,000. */
  readonly busyLimitMs?: number | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Attached {
  readonly tookMs: number;
  /** Worker threads beside the main thread. */
  readonly workers: number;
  /** True when the user had its inspector open: it stays open. */
  readonly inspectorWasOpen: boolean;
}

const defaultBusyLimitMs = 10_000;
/** Not given up earlier: who has it opened must also close it. */
const connectLimitMs = 3_000;

/**
 * Loads a guest into the threads of a running Node process: SIGUSR1 has Node open its inspector, the guest is evaluated,
 * and the inspector is closed again; one that was open stays. The target writes a few lines about its debugger to stderr.
 *
 * @throws ChaosError UNSAFE when that could harm the process: then nothing was sent to it; INJECTION_FAILED
 * @throws TargetNotReady not-attached when it ended, or its event loop was busy for too long
 */
export async function attach(
  target: ProcessIdentity,
  guest: Guest,
  options: AttachOptions,
): Promise<Attached> {
  const { trustSignal = false, busyLimitMs = defaultBusyLimitMs, clock, signal } = options;
  const startedMs = clock.nowMs();
  const refusal = attachRefusal(target, { trustSignal });
  if (refusal !== null) throw refuseAttach(refusal);
  await using _lock = await lockAttach(target, options);
  const inspector = await openInspector(target, trustSignal, clock, signal);
  const workers = await loadThrough(inspector, target.pid, guest, busyLimitMs, signal).catch(
    async (error: unknown) => {
      throw (await hasEnded(target, clock)) ? endedWhileAttaching(target.pid) : error;
    },
  );
  await inspector.closed();
  return { tookMs: clock.nowMs() - startedMs, workers, inspectorWasOpen: !inspector.isOurs };
}

/** The connection of a process that is killed ends a little before it is gone. */
async function hasEnded(target: ProcessIdentity, clock: Clock): Promise<boolean> {
  const { signal } = new AbortController();
  for (let looks = 0; looks < 10 && isAlive(target); looks += 1) await clock.sleep(10, signal);
  return !isAlive(target);
}

/** Returns how many worker threads there are. */
async function loadThrough(
  { url, isOurs }: OpenInspector,
  pid: number,
  guest: Guest,
  busyLimitMs: number,
  signal: AbortSignal,
): Promise<number> {
  await using connection = await connectInspector(url, timeoutSignal(connectLimitMs));
  const { channel } = connection;
  const over = timeoutSignal(busyLimitMs);
  const limit = AbortSignal.any([signal, over]);
  // A process that exits waits for its inspector's clients.
  channel.on('NodeRuntime.waitingForDisconnect', () => channel.close(endedWhileAttaching(pid)));
  try {
    channel.tell('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
    // Before the loop turns, nothing that needs it would come about.
    await evaluate(channel, turning, limit);
    const workers = await workerChannels(channel, limit);
    for (const thread of [...workers, channel]) await evaluate(thread, loading(guest), limit);
    return workers.length;
  } catch (error) {
    if (over.aborted && !signal.aborted) throw busy(pid, busyLimitMs);
    throw error;
  } finally {
    // Not waited for: a loop that is busy gets to it when it turns.
    if (isOurs) channel.tell('Runtime.evaluate', evaluateParams(closeExpression));
  }
}

function busy(pid: number, limitMs: number): TargetNotReady {
  return new TargetNotReady(
    'not-attached',
    `expected the event loop of process ${pid} to turn within ${limitMs} ms, it is busy`,
    [],
    'its inspector closes as soon as the loop turns: try again then',
  );
}

const turning = `new Promise((resolve) => ${platformRequire}('timers').setImmediate(resolve))`;

/**
 * In a turn of its own: V8 may evaluate in the middle of any function of the program, where nothing may change under it.
 * Whatever the guest returns stays there, for it may be anything.
 */
function loading({ source, options }: Guest): string {
  return `(() => {
const builtin = ${platformRequire};
const load = async () => {
const module = { exports: {} };
(function (module, exports, require) {
${source}
})(module, module.exports, builtin);
await module.exports(${JSON.stringify(options)});
};
return new Promise((resolve, reject) => {
builtin('timers').setImmediate(() => load().then(resolve, reject));
});
})()`;
}
