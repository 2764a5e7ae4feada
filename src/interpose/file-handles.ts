import { devNull } from 'node:os';
import fs from 'node:fs';

let learning: Promise<void> | undefined;

/** What FileHandles inherit from. Node exports no class of theirs: it is learned from one, in a moment. */
export const fileHandles = {
  prototype: null as object | null,
  /** Resolves once the prototype is there, as far as it can be learned; learns it if nobody asked before. */
  areKnown(): Promise<void> {
    return (learning ??= learn());
  },
};

async function learn(): Promise<void> {
  try {
    const handle = await fs.promises.open(devNull);
    fileHandles.prototype = Object.getPrototypeOf(handle) as object;
    await handle.close();
  } catch {
    // Where it cannot be opened, methods of FileHandles are left alone.
  }
}
