import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** The name of the one file by which an injection may take the space of a disk. */
export function diskFileName(injectionId: string): string {
  return `.chaosx-${injectionId}`;
}

/** A folder that is held open: what is named in it is in that very folder, whatever its path leads to later. */
export interface HeldFolder extends AsyncDisposable {
  /** As `stat` tells it. */
  readonly device: string;
  /** A path for a file in it. */
  inside(name: string): string;
}

/**
 * Opens a folder; a link in the place of its last part is not followed.
 *
 * @throws the error of the system: ENOENT, ENOTDIR, ELOOP, EACCES
 */
export async function holdFolder(path: string): Promise<HeldFolder> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const handle: FileHandle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const { dev } = await handle.stat({ bigint: true });
    return {
      device: String(dev),
      inside: (name) => `/proc/self/fd/${handle.fd}/${name}`,
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
