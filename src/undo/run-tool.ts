import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ProcessOwner } from './owner-of-process.js';
import { toolMark } from './run-mark.js';

/** What a system tool answered. */
export interface ToolAnswer {
  /** null: it is not installed, or was ended. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  /** Standard input. */
  readonly input?: string;
  /** The run that it works for: its undo waits for a tool that outlives the run. */
  readonly runId?: string | undefined;
  /** Beside a PATH of the system's own folders. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** As whom it runs; default: as this process. */
  readonly as?: ProcessOwner | undefined;
  /** Aborting ends it. */
  readonly signal: AbortSignal;
}

/** System folders that a user's PATH may leave out; tools of the kernel are nowhere else. */
const path = '/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Runs a tool of the system (`nft`, `ip`) with arguments, never through a shell, with nothing of the user's
 * environment. What it says is an answer, not an exception.
 *
 * @throws the signal's reason when it aborts
 */
export async function runTool(
  program: string,
  args: readonly string[],
  { input = '', runId, variables, as, signal }: ToolOptions,
): Promise<ToolAnswer> {
  signal.throwIfAborted();
  const env = { PATH: path, LC_ALL: 'C', ...variables, ...(runId !== undefined && { [toolMark]: runId }) };
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], ...as });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A tool that does not read its input closes the pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    return { code, stdout, stderr };
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { code: null, stdout: '', stderr: `${program}: command not found` };
    }
    throw error;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
