import type { Clock } from '../../model/clock.js';
import type { ProcessIdentity } from '../../model/receipt.js';
import { argumentsOf, commandOf } from '../../targets/command-of.js';
import { socketsOf } from '../../targets/sockets-of.js';
import { tcpListeners } from '../../targets/tcp-listeners.js';
import { isAlive } from '../../undo/process-identity.js';
import { listProcesses, type ProcessEntry, readProcess } from '../../undo/process-table.js';

/** While nothing came yet; what comes later than `eagerMs` is looked for less often. */
const lookEveryMs = 100;
const eagerMs = 5_000;
const lazyLookEveryMs = 500;

/** What came in the place of a process that was ended. */
export interface Successor {
  readonly process: ProcessIdentity;
  readonly command: string;
  /** From the end of the one before until it was seen first. */
  readonly afterMs: number;
  /** Until it listened on a port of the one before; null while it does not, and where that one listened on none. */
  readonly listensAfterMs: number | null;
}

/**
 * Looks for what comes in the place of a process: another one that listens on one of its ports, or that the same parent has
 * started with the same command line.
 */
export class SuccessorWatch {
  /** What the process listened on, in order. */
  readonly ports: readonly number[];
  readonly command: string;
  readonly #clock: Clock;
  readonly #arguments: string;
  readonly #parentPid: number;
  readonly #before: ReadonlySet<string>;
  readonly #stopped = new AbortController();
  #endedAtMs = 0;
  #successor: Successor | null = null;

  /** Remembers the process as it is: to be made before it is ended. */
  constructor({ pid }: ProcessIdentity, clock: Clock) {
    this.#clock = clock;
    this.ports = portsOf(pid);
    this.command = commandOf(pid) ?? `process ${pid}`;
    this.#arguments = argumentsOf(pid).join('\0');
    this.#parentPid = readProcess(pid)?.parentPid ?? 0;
    this.#before = new Set(listProcesses().map(keyOf));
  }

  /** The process has just ended: looks from now on, until it is told to stop. */
  start(): void {
    this.#endedAtMs = this.#clock.nowMs();
    void this.#follow().catch(() => undefined);
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Looks now. Once one was found that is still there, only whether it listens is looked at. */
  look(): Successor | null {
    const known = this.#successor;
    const afterMs = this.#clock.nowMs() - this.#endedAtMs;
    if (known !== null && isAlive(known.process)) {
      if (known.listensAfterMs === null && this.#listens(known.process.pid))
        this.#successor = { ...known, listensAfterMs: afterMs };
      return this.#successor;
    }
    const fresh = listProcesses().filter((entry) => !this.#before.has(keyOf(entry)));
    const listening = fresh.find(({ pid }) => this.#listens(pid));
    const found = listening ?? fresh.find((entry) => this.#isAlike(entry));
    if (found === undefined) return known;
    const { pid, startTime } = found;
    this.#successor = {
      process: { pid, startTime },
      command: commandOf(pid) ?? `process ${pid}`,
      afterMs,
      listensAfterMs: listening === undefined ? null : afterMs,
    };
    return this.#successor;
  }

  async #follow(): Promise<void> {
    for (;;) {
      const seen = this.look();
      if (seen !== null && (this.ports.length === 0 || seen.listensAfterMs !== null)) return;
      const isEarly = this.#clock.nowMs() - this.#endedAtMs < eagerMs;
      await this.#clock.sleep(isEarly ? lookEveryMs : lazyLookEveryMs, this.#stopped.signal);
    }
  }

  #listens(pid: number): boolean {
    return this.ports.length > 0 && portsOf(pid).some((port) => this.ports.includes(port));
  }

  #isAlike({ pid, parentPid }: ProcessEntry): boolean {
    return parentPid === this.#parentPid && argumentsOf(pid).join('\0') === this.#arguments;
  }
}

/** The TCP ports that a process listens on, in order. */
function portsOf(pid: number): readonly number[] {
  const own = new Set(socketsOf(pid));
  if (own.size === 0) return [];
  const ports = tcpListeners(pid).flatMap(({ inode, address }) => (own.has(inode) ? [address.port] : []));
  return [...new Set(ports)].toSorted((a, b) => a - b);
}

function keyOf({ pid, startTime }: ProcessIdentity): string {
  return `${pid} ${startTime}`;
}
