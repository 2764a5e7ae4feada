import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ChaosError } from '../model/chaos-error.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { systemClock } from '../model/system-clock.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { packageFile } from '../package-file.js';
import { endProcess } from './end-process.js';
import { identityOf } from './process-identity.js';
import { watchdogMark } from './run-mark.js';
import type { UndoJournal } from './undo-journal.js';
import { aliveWord, changedWord, cleanWord, endsHungRunArgument } from './watchdog-words.js';

/** The small process that undoes a run's journal when the run dies, whatever killed it. */
export interface Watchdog extends AsyncDisposable {
  readonly identity: ProcessIdentity;
  /** To be called after each change of the journal, so that `expiresAt` is enforced. Never throws. */
  changed(): void;
  /** The run is over and has undone what it could: resolves once the watchdog has gone without acting. Idempotent. */
  clean(): Promise<void>;
  /** `clean` when nothing is pending; otherwise lets the watchdog undo the rest, and waits for it. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface WatchdogOptions {
  /**
   * Ends this process once something in it is past its time and its event loop stands still: nobody else can put back what
   * is patched there. Default false.
   */
  readonly endsHungRun?: boolean;
}

/** For starting, and for undoing what is pending: several undos of 5 s each, one after the other. */
const limitMs = 20_000;

/**
 * Starts the watchdog of a journal; resolves once it watches. It is a session of its own, shares no file descriptor
 * but the pipe that tells it of the run's end, and does not keep this process alive.
 *
 * @throws ChaosError INTERNAL when it does not start: without it nothing that outlives this process may be injected
 */
export async function startWatchdog(
  journal: UndoJournal,
  { endsHungRun = false }: WatchdogOptions = {},
): Promise<Watchdog> {
  const entry = fileURLToPath(packageFile('dist/watchdog.js'));
  const args = [entry, journal.path, ...(endsHungRun ? [endsHungRunArgument] : [])];
  const child = spawn(process.execPath, args, {
    cwd: '/',
    detached: true,
    // Nothing of the user's environment: options for Node, marks of an outer run and secrets stay out.
    env: pick(process.env, ['PATH', 'LD_LIBRARY_PATH'], { [watchdogMark]: journal.runId }),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const gone = once(child, 'exit').catch(() => []);
  child.stdin.on('error', () => {});
  child.stdout.on('error', () => {});
  const identity = child.pid === undefined ? null : await identityOf(child.pid);
  const isReady = await cameFirst(once(child.stdout, 'data'), gone);
  if (identity === null || !isReady) {
    child.kill('SIGKILL');
    throw new ChaosError('INTERNAL', `expected the watchdog ${entry} to start, it did not`, {
      hint: 'check that the package is built (`npm run build`) and that this user may start processes',
    });
  }
  const { stdin, stdout } = child;
  // All that it says from now on is the question whether the loop turns.
  if (endsHungRun) stdout.on('data', () => void stdin.write(aliveWord));
  else stdout.destroy();
  letGo(stdin);
  letGo(stdout);
  child.unref();

  let leaving: Promise<void> | undefined;
  const leave = (lastWord: string) => {
    leaving ??= (async () => {
      child.ref();
      stdin.end(lastWord);
      if (await cameFirst(gone)) return;
      await endProcess(identity, { graceMs: 0, signal: timeoutSignal(limitMs) });
    })();
    return leaving;
  };
  return {
    identity,
    changed: () => {
      if (leaving === undefined) stdin.write(changedWord);
    },
    clean: () => leave(cleanWord),
    [Symbol.asyncDispose]: () => leave(journal.pending().length === 0 ? cleanWord : ''),
  };
}

/**
 * The same without waiting for it, for a run that touches nothing but its own process: when it does not start, there is
 * nothing that would outlive the run.
 */
export function startWatchdogBeside(
  journal: UndoJournal,
  options: WatchdogOptions,
): Omit<Watchdog, 'identity'> {
  const starting = startWatchdog(journal, options).catch(() => null);
  return {
    changed: () => void starting.then((watchdog) => watchdog?.changed()),
    clean: async () => (await starting)?.clean(),
    [Symbol.asyncDispose]: async () => (await starting)?.[Symbol.asyncDispose](),
  };
}

/** Keeps no process alive. */
function letGo(stream: Readable | Writable): void {
  if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
}

/** True when `wanted` came before the others and within the limit. */
async function cameFirst(wanted: Promise<unknown>, ...others: readonly Promise<unknown>[]): Promise<boolean> {
  const settled = new AbortController();
  try {
    return await Promise.race([
      wanted.then(() => true),
      ...others.map((other) => other.then(() => false)),
      systemClock.sleep(limitMs, settled.signal).then(() => false),
    ]);
  } catch {
    return false;
  } finally {
    settled.abort();
  }
}

function pick(
  env: NodeJS.ProcessEnv,
  names: readonly string[],
  added: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(names.map((name) => [name, env[name]])), ...added };
}
