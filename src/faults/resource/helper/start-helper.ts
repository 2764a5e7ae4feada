import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { ChaosError } from '../../../model/chaos-error.js';
import type { FaultContext } from '../../../model/fault.js';
import type { HelperReceipt, ProcessIdentity } from '../../../model/receipt.js';
import { timeoutSignal } from '../../../model/timeout-signal.js';
import { moveToCgroup } from '../../../undo/cgroup-files.js';
import { endHelper, helperProcesses } from '../../../undo/end-helper.js';
import { helperMark, runMark } from '../../../undo/run-mark.js';

const endLimitMs = 5_000;
/** The kernel ends it before anything else when memory runs out. */
const firstToGo = '1000';

/** A process of ours that is a burden to others. It ends with its injection, or when this process does. */
export interface Helper {
  /** It and what it has started. */
  processes(): readonly ProcessIdentity[];
  /** The last line that it said. */
  said(): string;
  /** Idempotent. Resolves once all of it is gone. */
  end(signal: AbortSignal): Promise<void>;
}

/** The receipt of a helper: it is found by a mark that follows from the injection's id. */
export function helperReceipt(
  program: string,
  { runId, injectionId: id, bootId, expiresAt }: FaultContext,
): HelperReceipt {
  return { kind: 'helper', id, runId, bootId, expiresAt, program };
}

/**
 * Starts a helper, moves it into control groups, and has it begin.
 *
 * @param command - it says a line once it is ready, and begins when it is told one
 * @param groups - folders; what it uses before it begins is not on their account
 * @throws ChaosError INJECTION_FAILED when it does not start or cannot be moved; none is left then
 */
export async function startHelper(
  [program, ...args]: readonly [string, ...string[]],
  task: unknown,
  groups: readonly string[],
  { runId, injectionId, signal }: Pick<FaultContext, 'runId' | 'injectionId' | 'signal'>,
): Promise<Helper> {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', [runMark]: runId, [helperMark]: injectionId },
    stdio: ['pipe', 'pipe', 'ignore'],
    // A key that ends the run at its terminal is for the run alone.
    detached: true,
  });
  const gone = once(child, 'exit').catch(() => []);
  const end = async (endSignal: AbortSignal) => {
    await endHelper(injectionId, endSignal);
    await gone;
  };
  let last = '';
  const said = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      last = text.trimEnd().split('\n').at(-1) ?? last;
      resolve();
    });
  });
  // It may end at any time.
  child.stdin.on('error', () => undefined);
  try {
    await Promise.race([said, gone, once(child, 'error', { signal })]);
    signal.throwIfAborted();
    const { pid } = child;
    if (pid === undefined || child.exitCode !== null) throw new Error('it ended at once');
    writeFileSync(`/proc/${pid}/oom_score_adj`, firstToGo);
    for (const folder of groups) moveToCgroup(folder, pid);
    child.stdin.write(`${JSON.stringify(task)}\n`);
  } catch (error) {
    await end(timeoutSignal(endLimitMs));
    signal.throwIfAborted();
    throw new ChaosError('INJECTION_FAILED', `expected the helper ${program} to start: ${String(error)}`, {
      cause: error,
    });
  }
  return { processes: () => helperProcesses(injectionId), said: () => last, end };
}
