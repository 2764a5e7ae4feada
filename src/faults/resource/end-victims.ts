import { ChaosError } from '../../model/chaos-error.js';
import { toMs } from '../../model/duration.js';
import type { FaultContext } from '../../model/fault.js';
import type { ProcessIdentity } from '../../model/receipt.js';
import type { ProcessKillParameters } from '../../model/scenario-parameters.js';
import { isAlive } from '../../undo/process-identity.js';
import { processTree } from '../../undo/process-tree.js';

const pollMs = 5;
/** SIGKILL takes effect once the process is scheduled, and is not in the middle of a call that cannot be interrupted. */
const killLimitMs = 5_000;

/** What was ended. */
export interface EndedProcesses {
  /** The one that was meant first; empty when it had ended before. */
  readonly processes: readonly ProcessIdentity[];
  /** In words: `SIGTERM, then SIGKILL`. */
  readonly by: string;
  readonly tookMs: number;
}

/**
 * Ends a process, with all that it has started unless it alone is meant. The first goes first, so that it starts none of the
 * others again; what is started meanwhile is ended too, while its parent is there.
 *
 * @throws ChaosError INJECTION_FAILED when one does not end
 */
export async function endVictims(
  victim: ProcessIdentity,
  { who, signal: asked, grace }: Pick<ProcessKillParameters, 'who' | 'signal' | 'grace'>,
  { clock, signal }: Pick<FaultContext, 'clock' | 'signal'>,
): Promise<EndedProcesses> {
  const startedMs = clock.nowMs();
  const killAtMs = startedMs + (asked === 'SIGTERM' ? toMs(grace) : 0);
  const found = new Map<string, ProcessIdentity>();
  const told = new Set<string>();
  let by: string = asked;
  for (;;) {
    for (const one of who === 'process' ? [victim].filter(isAlive) : processTree(victim))
      found.set(keyOf(one), one);
    const alive = [...found.values()].filter(isAlive);
    if (alive.length === 0) break;
    const isLate = clock.nowMs() >= killAtMs;
    if (asked === 'SIGTERM' && isLate) by = 'SIGTERM, then SIGKILL';
    for (const one of alive) {
      const name = isLate ? 'SIGKILL' : 'SIGTERM';
      const key = `${name} ${keyOf(one)}`;
      if (!told.has(key)) send(one, name);
      told.add(key);
    }
    if (clock.nowMs() > killAtMs + killLimitMs) throw stillThere(alive);
    await clock.sleep(pollMs, signal);
  }
  return { processes: [...found.values()], by, tookMs: clock.nowMs() - startedMs };
}

function send(identity: ProcessIdentity, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (isAlive(identity)) process.kill(identity.pid, name);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function stillThere(alive: readonly ProcessIdentity[]): ChaosError {
  const pids = alive.map(({ pid }) => pid).join(', ');
  return new ChaosError(
    'INJECTION_FAILED',
    `expected processes to end within ${killLimitMs} ms of SIGKILL, still running: ${pids}`,
    { hint: 'they wait in the kernel (state D in /proc/PID/status), for a disk or a network file system' },
  );
}

function keyOf({ pid, startTime }: ProcessIdentity): string {
  return `${pid} ${startTime}`;
}
