import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ChaosError } from '../model/chaos-error.js';

export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Neither hooks nor helpers of the repository run, and nobody is asked for a password. */
const quiet = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'advice.detachedHead=false',
];

/** Where another command's repository would be taken for the one that was named, e.g. in a hook. */
const misleading = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX'];

/**
 * Asks git, never through a shell. What it says is an answer, not an exception.
 *
 * @param folder - where it is asked
 * @throws ChaosError MISSING_INPUT when there is no git; the signal's reason when it aborts
 */
export async function git(folder: string, args: readonly string[], signal: AbortSignal): Promise<GitAnswer> {
  signal.throwIfAborted();
  const inherited = Object.entries(process.env).filter(([name]) => !misleading.includes(name));
  const env = { ...Object.fromEntries(inherited), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  const child = spawn('git', ['-C', folder, ...quiet, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const kill = () => child.kill('SIGTERM');
  signal.addEventListener('abort', kill, { once: true });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    return { code: code ?? -1, stdout, stderr };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new ChaosError('MISSING_INPUT', 'expected git to compare two revisions, found none', {
      hint: 'install git, or compare runs that were kept',
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
