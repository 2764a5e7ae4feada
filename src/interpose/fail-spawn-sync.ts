import { emittedError } from './emitted-error.js';
import { markInjected } from './injected-error.js';
import type { Failure, PlatformHit } from './platform-call.js';

/** What `spawnSync` answers for a process that could not be started. */
const notStarted = { status: null, signal: null, output: null, pid: 0, stdout: null, stderr: null };

/**
 * `spawnSync` answers with the error, `execSync` and `execFileSync` throw it. `after`: the process does its work, and
 * `spawnSync` says that it exited with 1; the others are left alone.
 */
export function failSpawnSync(
  key: 'spawnSync' | 'execFileSync' | 'execSync',
  call: PlatformHit,
  failure: Failure,
): unknown {
  if (failure.moment === 'after') return failStatus(key, call, failure);
  const error = failure.ofUser ? failure.error : asSpawnError(key, call, emittedError(failure));
  failure.felt();
  return call.observe(() => {
    if (key === 'spawnSync') return markInjected({ error, ...notStarted });
    throw Object.assign(error, { error, ...notStarted });
  });
}

function failStatus(key: string, call: PlatformHit, { felt }: Failure): unknown {
  const answer = call.proceed() as { readonly status: number | null };
  if (key !== 'spawnSync' || answer.status !== 0) return answer;
  felt();
  return call.observe(() => markInjected(Object.assign(answer, { status: 1 })));
}

/** An error of the system names the program and its arguments. */
function asSpawnError(key: string, { args }: PlatformHit, error: Error): Error {
  const { code, errno } = error as NodeJS.ErrnoException;
  if (code === undefined || errno === undefined) return error;
  const isShell = key === 'execSync';
  const path = isShell ? '/bin/sh' : String(args[0]);
  const given = isShell ? ['-c', String(args[0])] : Array.isArray(args[1]) ? [...(args[1] as string[])] : [];
  const syscall = `spawnSync ${path}`;
  return markInjected(
    Object.assign(new Error(`${syscall} ${code}`), { errno, code, syscall, path, spawnargs: given }),
  );
}
