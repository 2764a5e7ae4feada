import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { ChaosError } from '../../model/chaos-error.js';
import type { ClockDirectoryReceipt } from '../../model/receipt.js';
import type { PreloadedClock } from '../../model/target.js';
import { planProxyDirectory } from '../../proxy/proxy-directory.js';
import { clockFileIn, realClock, setFakedClock, sharedClockFiles } from '../../undo/faked-clock.js';
import { removeClockDirectory } from '../../undo/remove-clock-directory.js';
import type { OpenContext } from '../open-context.js';
import { faketimeLibrary } from './faketime-library.js';

/** A clock for the programs of a target, which is real until a fault changes it. */
export interface OpenFakedClock extends PreloadedClock {
  /** Resolves once its directory and what its library shares are gone. */
  stop(): Promise<void>;
}

/** A semaphore of glibc that is free (1) and shared between processes (0x80), as `sem_open` makes it. */
const freeSemaphore = Buffer.alloc(32);
freeSemaphore.writeUInt32LE(1, 0);
freeSemaphore.writeUInt32LE(0x80, 8);
/** More than any version of the library needs. */
const sharedBytes = 4_096;

/**
 * Makes the directory of which the preloaded clocks of a target are told what to show, its receipt on disk first.
 *
 * @param preloaded - the `LD_PRELOAD` that the target would have
 * @throws ChaosError INJECTION_FAILED when libfaketime is not there any more
 */
export async function openFakedClock(
  preloaded: string | undefined,
  { runId, bootId, expiresAt, journal }: OpenContext,
): Promise<OpenFakedClock> {
  const library = faketimeLibrary();
  if (library === null)
    throw new ChaosError('INJECTION_FAILED', 'expected libfaketime to be installed, it is not');
  const directory = planProxyDirectory(runId, 'clock');
  const id = `${runId}-clock`;
  const receipt: ClockDirectoryReceipt = { kind: 'clock-directory', id, runId, bootId, expiresAt, directory };
  await journal.record(receipt);
  const stop = async () => {
    await removeClockDirectory(directory);
    await journal.done(id);
  };
  const shared = sharedClockFiles(directory);
  try {
    // A service may give up its user's rights, and must still be able to read it.
    await mkdir(directory, { mode: 0o711 });
    await chmod(directory, 0o711);
    await setFakedClock(directory, realClock);
    // Made by the library itself, they would be its first process's own, stay behind when that is killed, and end others.
    for (const [path, content] of [
      [shared.semaphore, freeSemaphore],
      [shared.memory, Buffer.alloc(sharedBytes)],
    ] as const) {
      await writeFile(path, content, { flag: 'wx', mode: 0o666 });
      await chmod(path, 0o666);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    directory,
    variables: {
      LD_PRELOAD: preloaded === undefined || preloaded === '' ? library : `${library}:${preloaded}`,
      FAKETIME_TIMESTAMP_FILE: clockFileIn(directory),
      FAKETIME_SHARED: shared.names,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      // Else a thread that waits by the monotonic clock waits as much longer as the wall clock is behind (0.9.10).
      FAKETIME_FORCE_MONOTONIC_FIX: '0',
      // Of what stands still: seconds since 1970, in whatever time zone.
      FAKETIME_FMT: '%s',
    },
    stop,
  };
}
