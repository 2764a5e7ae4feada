import { open } from 'node:fs/promises';
import { devNull } from 'node:os';

/** What FileHandles inherit from. Node exports no class of theirs: it is learned from one, when this is loaded. */
export const fileHandles: { prototype: object | null; readonly areKnown: Promise<void> } = {
  prototype: null,
  areKnown: learn(),
};

async function learn(): Promise<void> {
  try {
    const handle = await open(devNull);
    fileHandles.prototype = Object.getPrototypeOf(handle) as object;
    await handle.close();
  } catch {
    // Where it cannot be opened, methods of FileHandles are left alone.
  }
}
