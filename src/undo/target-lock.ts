import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError, isChaosError } from '../model/chaos-error.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { bootId } from './boot-id.js';
import { isAlive, ownIdentity } from './process-identity.js';
import { isProcessIdentity, isRecord } from './receipt-guard.js';
import { stateFolder } from './state-directory.js';
import type { StateOptions } from './state-directory.js';

export interface TargetLockOptions extends StateOptions {
  /** What the lock is on: equal keys exclude each other, e.g. `started:checkout`. */
  readonly key: string;
  /** Unique to this run: a second run of this same process is another holder. */
  readonly runId: string;
}

interface Holder {
  readonly key: string;
  readonly runId: string;
  readonly owner: ProcessIdentity;
  readonly bootId: string;
}

/**
 * Locks a target against other runs of this user until it is disposed of. A lock whose owner is gone is taken over.
 *
 * A lock is a directory that holds one file, named after its run. A directory is renamed over another only while
 * that one is empty, which makes taking it atomic; a stale holder is removed by its own name, so that a late
 * contender cannot remove the next one.
 *
 * @throws ChaosError TARGET_LOCKED naming the run and pid that hold it
 * @throws ChaosError STORAGE_FAILED when the lock cannot be written; UNSAFE as `stateFolder`
 */
export async function lockTarget(options: TargetLockOptions): Promise<AsyncDisposable> {
  const { key, runId } = options;
  const folder = await stateFolder('locks', options);
  const lock = join(folder, createHash('sha256').update(key).digest('hex').slice(0, 32));
  const holder: Holder = { key, runId, owner: await ownIdentity(), bootId: await bootId() };
  const fileName = `${createHash('sha256').update(runId).digest('hex').slice(0, 32)}.json`;
  const prepared = `${lock}.${holder.owner.pid}.${fileName}`;
  try {
    await mkdir(prepared, { mode: 0o700 });
    await writeFile(join(prepared, fileName), JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
    while (!(await takePlace(prepared, lock))) await clearStale(lock, options);
  } catch (error) {
    await rm(prepared, { recursive: true, force: true }).catch(() => undefined);
    throw isChaosError(error) ? error : notLocked(lock, error);
  }
  return {
    async [Symbol.asyncDispose]() {
      await unlink(join(lock, fileName)).catch(ignore('ENOENT'));
      // Not empty: somebody has it already.
      await rmdir(lock).catch(ignore('ENOENT', 'ENOTEMPTY', 'EEXIST'));
    },
  };
}

function notLocked(lock: string, cause: unknown): ChaosError {
  return new ChaosError('STORAGE_FAILED', `expected to write the lock ${lock}: ${String(cause)}`, {
    hint: 'free space, or set XDG_STATE_HOME to a folder that you may write to',
    cause,
  });
}

async function takePlace(prepared: string, lock: string): Promise<boolean> {
  return rename(prepared, lock).then(
    () => true,
    (error: unknown) => {
      ignore('ENOTEMPTY', 'EEXIST')(error);
      return false;
    },
  );
}

/** Removes what is in the way when its owner is gone; throws when it lives. */
async function clearStale(lock: string, wanted: TargetLockOptions): Promise<void> {
  for (const name of await readdir(lock).catch(() => [])) {
    const path = join(lock, name);
    const holder = await readHolder(path);
    if (holder !== null && holder.bootId === (await bootId()) && isAlive(holder.owner)) {
      throw new ChaosError(
        'TARGET_LOCKED',
        `expected ${JSON.stringify(wanted.key)} to be free, run ${holder.runId} (pid ${holder.owner.pid}) holds it`,
        { hint: 'wait for that run, or stop it: it reverts first' },
      );
    }
    await unlink(path).catch(ignore('ENOENT'));
  }
}

/** null for what was never a whole lock, or is gone meanwhile. */
async function readHolder(path: string): Promise<Holder | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    const isHolder =
      isRecord(value) &&
      typeof value['runId'] === 'string' &&
      typeof value['bootId'] === 'string' &&
      isProcessIdentity(value['owner']);
    return isHolder ? (value as unknown as Holder) : null;
  } catch {
    return null;
  }
}

function ignore(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  };
}
