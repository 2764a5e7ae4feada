import { constants } from 'node:os';
import type { ProcessIdentity } from '../../model/receipt.js';
import { listProcesses } from '../../undo/process-table.js';
import { commandOf } from '../command-of.js';
import { ownAncestors } from '../own-ancestors.js';
import { socketsOf } from '../sockets-of.js';
import { tcpListeners } from '../tcp-listeners.js';
import { formatAddress } from '../parse-address.js';
import { inspectorSettings } from './inspector-settings.js';
import { nodeImageOf } from './node-image.js';
import { processStatus, type ProcessStatus } from './process-status.js';
import { handledSignals } from './signal-handlers.js';

/** Why the agent is not attached to a process, and what to do instead. */
export interface AttachRefusal {
  readonly reason: string;
  readonly hint: string;
}

export interface AttachRefusalOptions {
  /** Goes on where it cannot be seen whether the process has a handler of its own for SIGUSR1. Default false. */
  readonly trustSignal?: boolean | undefined;
}

const { SIGUSR1 } = constants.signals;
const startInstead =
  'have chaosx start it (`targetSystem.start`): then the agent is there from the beginning';

/**
 * Looks whether the agent can be attached to a process without harm; null when it can. Reads /proc alone: nothing is
 * sent to the process.
 *
 * Attaching asks Node for its inspector by SIGUSR1, which is only safe when that is what the signal does there.
 */
export function attachRefusal(
  { pid, startTime }: ProcessIdentity,
  { trustSignal = false }: AttachRefusalOptions = {},
): AttachRefusal | null {
  const status = processStatus(pid);
  if (status === null || status.startTime !== startTime || status.state === 'Z' || status.state === 'X')
    return { reason: `process ${pid} has ended`, hint: 'look up its pid again' };
  return (
    refusalOfPlace(pid, status) ??
    refusalOfProgram(pid) ??
    // An inspector that is open needs no signal.
    (inspectorSettings(pid).isOpenFromStart ? null : signalRefusal(pid, trustSignal))
  );
}

/** Whose process it is, and whether it is within reach. */
function refusalOfPlace(
  pid: number,
  { state, userIds, otherNamespaces }: ProcessStatus,
): AttachRefusal | null {
  if (pid === process.pid) {
    return {
      reason: `process ${pid} is chaosx itself`,
      hint: 'leave out targetSystem to break this process',
    };
  }
  if (ownAncestors().includes(pid)) {
    return {
      reason: `process ${pid} (${commandOf(pid) ?? 'unknown'}) started chaosx, and waits for it`,
      hint: 'name the process that serves, not the one that runs commands',
    };
  }
  const own = process.geteuid?.() ?? -1;
  const other = userIds.find((user) => user !== own);
  if (other !== undefined) {
    return {
      reason: `process ${pid} runs as user ${other}, chaosx as user ${own}`,
      hint: `run chaosx as that user: \`sudo -u '#${other}' chaosx …\``,
    };
  }
  if (otherNamespaces.length > 0) {
    return {
      reason: `process ${pid} is in a container (other namespaces: ${otherNamespaces.join(', ')})`,
      hint: 'run chaosx in the same container',
    };
  }
  if (/^[Tt]$/.test(state)) {
    return {
      reason: `process ${pid} is stopped`,
      hint: `let it go on first (\`kill -CONT ${pid}\`, or leave the debugger)`,
    };
  }
  return null;
}

function refusalOfProgram(pid: number): AttachRefusal | null {
  if (nodeImageOf(pid) !== null) return null;
  return {
    reason: `process ${pid} (${commandOf(pid) ?? 'unknown'}) is not Node`,
    hint: 'name a Node process: for `npm start` and the like, the one that it started',
  };
}

/** What SIGUSR1 would do to it other than start its inspector; null when nothing. */
export function signalRefusal(pid: number, trustSignal: boolean): AttachRefusal | null {
  const caught = processStatus(pid)?.caught ?? 0n;
  if ((caught & (1n << BigInt(SIGUSR1 - 1))) === 0n) {
    return {
      reason: `process ${pid} does not handle SIGUSR1, which would end it (--disable-sigusr1, or it has only just started)`,
      hint: startInstead,
    };
  }
  const tree = nodeImageOf(pid)?.signalTree ?? null;
  const handled = tree === null ? null : handledSignals(pid, tree);
  if (handled?.has(SIGUSR1)) {
    return { reason: `process ${pid} has a SIGUSR1 handler of its own, which would run`, hint: startInstead };
  }
  if (handled === null && !trustSignal) {
    return {
      reason: `it cannot be seen whether process ${pid} has a SIGUSR1 handler of its own, which would run (its Node has no symbols, or its memory may not be read)`,
      hint: `when you know that it has none, say trustSignal: true; otherwise ${startInstead}`,
    };
  }
  return refusalOfPort(pid);
}

/** The inspector would not start where somebody else listens. */
function refusalOfPort(pid: number): AttachRefusal | null {
  const { address } = inspectorSettings(pid);
  if (address.port === 0) return null;
  const everywhere = ['0.0.0.0', '::'];
  const taken = tcpListeners(pid).filter(
    (listener) =>
      listener.address.port === address.port &&
      (listener.address.host === address.host ||
        everywhere.includes(listener.address.host) ||
        everywhere.includes(address.host)),
  );
  const own = taken.length === 0 ? [] : socketsOf(pid);
  const foreign = taken.find(({ inode }) => !own.includes(inode));
  if (foreign === undefined) return null;
  return {
    reason: `the inspector of process ${pid} would listen at ${formatAddress(address)}, where ${holderOf(foreign.inode)} listens`,
    hint: 'stop that one, or start the target with --inspect-port=0 (any free port, when it is attached to)',
  };
}

function holderOf(inode: string): string {
  const holder = listProcesses().find(({ pid }) => socketsOf(pid).includes(inode));
  return holder === undefined
    ? 'another process'
    : `process ${holder.pid} (${commandOf(holder.pid) ?? holder.name})`;
}
