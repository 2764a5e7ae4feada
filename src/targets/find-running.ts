import { ChaosError } from '../model/chaos-error.js';
import { didYouMean } from '../model/did-you-mean.js';
import type { RunningSpec } from '../model/experiment.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { isLiving, listProcesses, readProcess } from '../undo/process-table.js';
import { argumentsOf, commandOf } from './command-of.js';
import { ownAncestors } from './own-ancestors.js';
import { socketsOf } from './sockets-of.js';
import { tcpListeners } from './tcp-listeners.js';

/** So many are listed when one is to be chosen. */
const mostListed = 10;

/**
 * The one process that is meant, by its identity.
 *
 * @throws ChaosError UNKNOWN_NAME, INVALID_INPUT or UNSAFE, as `runningTarget`
 */
export function findRunning({ name, pid, port, command }: RunningSpec): ProcessIdentity {
  if (pid !== undefined) return allowed(name, byPid(name, pid));
  if (port !== undefined) return allowed(name, byPort(name, port));
  if (command !== undefined) return byCommand(name, command);
  throw new ChaosError('MISSING_INPUT', `expected the pid, port or command of ${name}, got none of them`);
}

function byPid(name: string, pid: number): ProcessIdentity {
  if (!Number.isInteger(pid) || pid < 1) {
    throw new ChaosError(
      'INVALID_INPUT',
      `expected the pid of ${name} to be a whole number above 0, got ${pid}`,
    );
  }
  const entry = readProcess(pid);
  if (entry === null) {
    throw unknown(`expected ${name} to be process ${pid}, there is none with that pid`, lookAgain);
  }
  if (!isLiving(entry)) {
    throw unknown(
      `expected ${name} to be process ${pid}, it has ended: its parent ${entry.parentPid} has not asked for its exit code yet`,
      lookAgain,
    );
  }
  return { pid, startTime: entry.startTime };
}

function byPort(name: string, port: number): ProcessIdentity {
  const inodes = new Set(
    tcpListeners('self')
      .filter(({ address }) => address.port === port)
      .map(({ inode }) => inode),
  );
  if (inodes.size === 0) {
    const listening = [...new Set(tcpListeners('self').map(({ address }) => address.port))];
    throw unknown(
      `expected ${name} to listen on port ${port}, nobody does`,
      listening.length === 0
        ? 'start it first'
        : `ports where somebody listens: ${listening.toSorted((a, b) => a - b).join(', ')}`,
    );
  }
  const holders = listProcesses().filter((entry) => socketsOf(entry.pid).some((inode) => inodes.has(inode)));
  if (holders.length === 0) {
    throw unknown(
      `expected to see which process listens on port ${port} for ${name}, it belongs to another user or a container`,
      'run chaosx as the user that runs it, in the same container',
    );
  }
  return oneOf(holders, `expected one process to listen on port ${port} for ${name}`);
}

/** Exact matches go before parts. chaosx and what started it have the text in their own command lines. */
function byCommand(name: string, command: string): ProcessIdentity {
  const asked = command.trim().split(/\s+/).join(' ');
  const own = new Set([process.pid, ...ownAncestors()]);
  const candidates = listProcesses()
    .filter(({ pid }) => !own.has(pid))
    .map(({ pid, startTime }) => ({ pid, startTime, line: argumentsOf(pid).join(' ') }))
    .filter(({ line }) => line !== '');
  const exact = candidates.filter(({ line }) => line === asked);
  const found = exact.length > 0 ? exact : candidates.filter(({ line }) => line.includes(asked));
  if (found.length === 0) {
    const lines = candidates.map(({ line }) => line);
    const near = didYouMean(asked, lines) ?? nodeHint(lines);
    throw unknown(
      `expected a process whose command line is or holds ${JSON.stringify(asked)} for ${name}, there is none`,
      near,
    );
  }
  return oneOf(
    found,
    `expected one process whose command line ${exact.length > 0 ? 'is' : 'holds'} ${JSON.stringify(asked)} for ${name}`,
  );
}

function oneOf(found: readonly ProcessIdentity[], expected: string): ProcessIdentity {
  const [first] = found;
  if (first !== undefined && found.length === 1) return { pid: first.pid, startTime: first.startTime };
  const listed = found
    .slice(0, mostListed)
    .map(({ pid }) => `\n  pid ${pid} (${commandOf(pid) ?? 'unknown'})`);
  const rest = found.length > mostListed ? `\n  and ${found.length - mostListed} more` : '';
  throw new ChaosError('INVALID_INPUT', `${expected}, got ${found.length}:${listed.join('')}${rest}`, {
    hint: 'name one of them by its pid',
  });
}

function nodeHint(lines: readonly string[]): string {
  const ofNode = lines.filter((line) => /^\S*node\d*(?: |$)/.test(line)).slice(0, mostListed);
  return ofNode.length === 0
    ? 'no Node process can be seen: start it first'
    : `Node processes now: ${ofNode.join('; ')}`;
}

function allowed(name: string, identity: ProcessIdentity): ProcessIdentity {
  const { pid } = identity;
  if (pid === process.pid) {
    throw new ChaosError('UNSAFE', `expected ${name} to be another process, ${pid} is chaosx itself`, {
      hint: 'in code, leave out targetSystem to break this process',
    });
  }
  if (!ownAncestors().includes(pid)) return identity;
  throw new ChaosError(
    'UNSAFE',
    `expected ${name} to be a process apart from chaosx, ${pid} (${commandOf(pid) ?? 'unknown'}) started it and waits for it`,
    { hint: 'name the process that serves, not the one that runs commands' },
  );
}

const lookAgain = 'look up its pid again, or name it by port or command';

function unknown(message: string, hint: string): ChaosError {
  return new ChaosError('UNKNOWN_NAME', message, { hint });
}
