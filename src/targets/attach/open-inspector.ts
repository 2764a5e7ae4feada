import type { Clock } from '../../model/clock.js';
import type { ProcessIdentity } from '../../model/receipt.js';
import { isAlive } from '../../undo/process-identity.js';
import { formatAddress } from '../parse-address.js';
import { socketsOf } from '../sockets-of.js';
import { TargetNotReady } from '../target-not-ready.js';
import { type TcpListener, tcpListeners } from '../tcp-listeners.js';
import { signalRefusal } from './attach-refusal.js';
import { endedWhileAttaching } from './ended-while-attaching.js';
import { findInspector, listenersOf } from './find-inspector.js';
import { inspectorSettings } from './inspector-settings.js';
import { refuseAttach } from './refuse-attach.js';

/** Where the inspector of a process is. */
export interface OpenInspector {
  readonly url: string;
  /** True when it was not open before: then it is to be closed again. */
  readonly isOurs: boolean;
  /** Resolves once nothing listens there any more, or it took too long. */
  closed(): Promise<void>;
}

/** Node starts its inspector in a thread of its own: within milliseconds, also while the program is busy. */
const startLimitMs = 3_000;
const closeLimitMs = 1_000;
const pollMs = 2;

/**
 * Finds the inspector of a process, and has Node start it when it is not open.
 *
 * @throws ChaosError UNSAFE when the signal that starts it would do something else
 * @throws TargetNotReady not-attached when none appears
 */
export async function openInspector(
  target: ProcessIdentity,
  trustSignal: boolean,
  clock: Clock,
  signal: AbortSignal,
): Promise<OpenInspector> {
  const { pid } = target;
  const { address, isOpenFromStart } = inspectorSettings(pid);
  const before = listenersOf(pid);
  // Started with it, or opened since by its own code or its user.
  const candidates = before.filter(
    (one) => one.address.port === address.port || (isOpenFromStart && address.port === 0),
  );
  const open = await findInspector(candidates, signal);
  if (open !== null) return { url: open.url, isOurs: false, closed: () => Promise.resolve() };
  const refusal = signalRefusal(pid, trustSignal);
  if (refusal !== null) throw refuseAttach(refusal);
  if (!isAlive(target)) throw endedWhileAttaching(pid);
  signal.throwIfAborted();
  process.kill(pid, 'SIGUSR1');
  // From here on it is not given up: what was opened must be found, to be closed.
  const { signal: goesOn } = new AbortController();
  const known = new Set(before.map(({ inode }) => inode));
  const endsAtMs = clock.nowMs() + startLimitMs;
  while (clock.nowMs() < endsAtMs) {
    await clock.sleep(pollMs, goesOn);
    if (!isAlive(target)) throw endedWhileAttaching(pid);
    const found = await findInspector(newListenersOf(pid, known), goesOn);
    if (found !== null)
      return { ...found, isOurs: true, closed: () => closed(pid, found.inode, clock, goesOn) };
  }
  throw new TargetNotReady(
    'not-attached',
    `expected process ${pid} to open its inspector at ${formatAddress(address)} within ${startLimitMs} ms, it did not`,
    [],
    'its last lines of output say more; an inspector that its own code opened, or --permission without --allow-inspector, keep it from it',
  );
}

async function closed(pid: number, inode: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const endsAtMs = clock.nowMs() + closeLimitMs;
  while (clock.nowMs() < endsAtMs && tcpListeners(pid).some((listener) => listener.inode === inode))
    await clock.sleep(pollMs, signal);
}

/** Looks at the sockets of the process only when there is a listener that was not there before: they may be many. */
function newListenersOf(pid: number, known: ReadonlySet<string>): readonly TcpListener[] {
  const fresh = tcpListeners(pid).filter(({ inode }) => !known.has(inode));
  if (fresh.length === 0) return [];
  const own = new Set(socketsOf(pid));
  return fresh.filter(({ inode }) => own.has(inode));
}
