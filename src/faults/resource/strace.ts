import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ProcessIdentity } from '../../model/receipt.js';
import type { SyscallErrorParameters } from '../../model/scenario-parameters.js';
import { identityOf } from '../../undo/process-identity.js';
import { runMark, tracerMark } from '../../undo/run-mark.js';

/** A strace that is attached, or about to be. */
export interface Strace {
  readonly identity: ProcessIdentity;
  /** Calls that it has failed. */
  injected(): number;
  /** What it said of itself: why it did not attach. */
  said(): string;
}

/** Longer lines are none of strace's. */
const longestLine = 4_096;

/**
 * Starts strace on processes, with all threads and what they start, so that it fails calls of theirs; marked with run and receipt.
 *
 * @returns null when it is not installed
 */
export async function startStrace(
  targets: readonly ProcessIdentity[],
  { syscalls, error, every }: SyscallErrorParameters,
  { runId, id }: { readonly runId: string; readonly id: string },
): Promise<Strace | null> {
  const names = syscalls.join(',');
  const when = every === 1 ? '' : `:when=${every}+${every}`;
  const quiet = ['-qq', '-s', '0', '-e', 'signal=none'];
  const inject = ['-e', `trace=${names}`, '-e', `inject=${names}:error=${error}${when}`];
  const args = ['-f', ...quiet, ...inject, ...targets.flatMap(({ pid }) => ['-p', String(pid)])];
  const child = spawn('strace', args, {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', [runMark]: runId, [tracerMark]: id },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close').catch(() => []);
  if (child.pid === undefined) {
    await ended;
    return null;
  }
  let [count, rest, own] = [0, '', ''];
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = (lines.pop() ?? '').slice(-longestLine);
    for (const line of lines) {
      if (line.endsWith('(INJECTED)')) count += 1;
      if (line.startsWith('strace: ')) own = line.slice('strace: '.length);
    }
  });
  const identity = await identityOf(child.pid);
  if (identity === null) return null;
  return { identity, injected: () => count, said: () => own };
}
