import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What became of a build. */
export type Built =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** e.g. `exit code 1`, `SIGKILL`. */
      readonly how: string;
      /** At most 20, standard output and errors together. */
      readonly lastLines: readonly string[];
    };

const mostLines = 20;
const mostBytes = 65_536;

/**
 * Builds what is checked out, by `/bin/sh -c` in its folder. What a build leaves running in the background is ended with it.
 *
 * @throws the signal's reason when it aborts; its processes are ended first
 */
export async function buildRevision(folder: string, command: string, signal: AbortSignal): Promise<Built> {
  signal.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const streams = [child.stdout, child.stderr];
  for (const stream of streams)
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-mostBytes);
    });
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing of the group is left.
    }
  };
  child.once('exit', killGroup);
  const onAbort = () => {
    killGroup();
    // What left the group may hold the pipes open for ever.
    for (const stream of streams) stream.destroy();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const [code, by] = (await once(child, 'close')) as [number | null, string | null];
    signal.throwIfAborted();
    if (code === 0) return { ok: true };
    const lines = output.trimEnd().split('\n');
    return { ok: false, how: by ?? `exit code ${code}`, lastLines: lines.slice(-mostLines) };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
