import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const bytes = 65_536;
/** Not in Node's constants: a file without a name, which nothing can leave behind. */
const nameless = 0o20000000 | constants.O_DIRECTORY;

/** Writes 64 KB to a file without a name; says what came of it, or null where the file system has no such files. */
export async function tryWrite(directory: string): Promise<string | null> {
  const file = await open(directory, nameless | constants.O_WRONLY, 0o600).catch(
    (error: NodeJS.ErrnoException) => error,
  );
  if (file instanceof Error) {
    return isFull(file) ? 'a new file is refused with ENOSPC' : null;
  }
  try {
    await file.write(Buffer.alloc(bytes, 'x'));
    await file.datasync();
    return 'a write of 64 KB still succeeds';
  } catch (error) {
    if (isFull(error as NodeJS.ErrnoException)) return 'a write of 64 KB is refused with ENOSPC';
    return null;
  } finally {
    await file.close();
  }
}

function isFull({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOSPC';
}
