import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ChaosError } from '../model/chaos-error.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { packageFile } from '../package-file.js';
import { frontMark } from './front-mark.js';
import { identityOf } from './process-identity.js';
import { logPathIn } from './proxy-directory.js';
import { removeProxyDirectory } from './remove-proxy-directory.js';

// Captured before a time fault can replace them.
const { setTimeout, clearTimeout } = globalThis;

export interface SpawnOptions {
  readonly runId: string;
  readonly directory: string;
  readonly leaseMs: number;
  readonly exitWith: ProcessIdentity | null;
  /** It outlives its run: it does not carry the mark by which what a run started is found and ended. */
  readonly outlives: boolean;
  readonly signal: AbortSignal;
}

/** The proxy's process as its parent sees it. It does not keep the parent alive. */
export interface SpawnedProxy {
  readonly identity: ProcessIdentity;
  /** Resolves once its process is gone, whoever ended it. */
  readonly exited: Promise<void>;
  /** SIGTERM, SIGKILL after `graceMs`; resolves once it is gone and its directory removed. */
  end(graceMs: number): Promise<void>;
}

/**
 * Makes the directory, starts the process and waits until it takes orders.
 *
 * @throws ChaosError PROXY_FAILED when the directory exists or the process does not come up;
 *   the signal's reason when aborted. Nothing is left then.
 */
export async function spawnProxy(options: SpawnOptions): Promise<SpawnedProxy> {
  const { directory, signal } = options;
  signal.throwIfAborted();
  makeDirectory(directory);
  const child = start(options);
  // Looked up at once: the pid of a child that was just spawned cannot have been reaped and reused.
  const identity = child.pid === undefined ? null : identityOf(child.pid);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const end = async (graceMs: number): Promise<void> => {
    child.ref();
    const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(kill);
    removeProxyDirectory(directory);
  };
  try {
    await ready(child, exited, signal);
    if (identity === null) throw new Error('it ended as soon as it was ready');
    child.unref();
    return { identity, exited, end };
  } catch (error) {
    const log = readLog(directory);
    await end(0);
    signal.throwIfAborted();
    throw new ChaosError('PROXY_FAILED', `the fault proxy did not start: ${String(error)}${log}`, {
      cause: error,
    });
  }
}

function start({ runId, directory, leaseMs, exitWith, outlives }: SpawnOptions): ChildProcess {
  const entry = packageFile('dist/proxy/main.js');
  const exitWithArguments = exitWith === null ? [] : [String(exitWith.pid), exitWith.startTime];
  const log = openSync(logPathIn(directory), 'a', 0o600);
  try {
    return spawn(
      process.execPath,
      [fileURLToPath(entry), directory, String(leaseMs), ...exitWithArguments],
      // A bare environment: what is preloaded into this process (NODE_OPTIONS) is not meant for the proxy.
      {
        detached: true,
        stdio: ['ignore', 'pipe', log],
        env: { [outlives ? frontMark : 'CHAOSX_RUN']: runId },
        cwd: '/',
      },
    );
  } finally {
    closeSync(log);
  }
}

async function ready(child: ChildProcess, exited: Promise<void>, signal: AbortSignal): Promise<void> {
  const { stdout } = child;
  if (stdout === null) throw new Error('it has no output');
  const gone = exited.then(() => {
    throw new Error('it ended before it was ready');
  });
  await Promise.race([once(stdout, 'data', { signal }), gone]);
  stdout.destroy();
}

function readLog(directory: string): string {
  try {
    const text = readFileSync(logPathIn(directory), 'utf8').trim();
    return text === '' ? '' : `\n${text.slice(-2_000)}`;
  } catch {
    return '';
  }
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (cause) {
    throw new ChaosError('PROXY_FAILED', `expected to make the directory ${directory}: ${String(cause)}`, {
      hint: 'if an earlier run left it, run `chaosx recover`',
      cause,
    });
  }
}
