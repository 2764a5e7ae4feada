import { changedResult, type LoadResult } from './changed-result.js';
import type { HookThreadData, HookThreadNote } from './hook-thread-data.js';
import { ModuleChanger } from './module-changer.js';
import { countedModule } from './counted-module.js';
import { withTrailer } from './with-trailer.js';

let changer: ModuleChanger | null = null;

/** Called by the loader of Node before 22.15, in its own thread. */
export function initialize({ root, patterns, handlers, port }: HookThreadData): void {
  const tell = (note: HookThreadNote) => port.postMessage(note);
  changer = new ModuleChanger({
    root,
    patterns,
    loadTrailer: () => withTrailer,
    handlers: {
      patterns: handlers,
      load: () => countedModule,
      note: (file, found) => tell({ file, handlers: found }),
    },
    notes: {
      noteFile: (file) => tell({ file }),
      // The module may tell of itself before this could arrive.
      notePrepared: () => undefined,
      noteUntouched: (file, untouched) => tell({ file, untouched }),
    },
  });
  port.once('message', () => {
    changer = null;
    port.close();
  });
  port.unref();
}

/** The loader's hook. */
export async function load<T extends LoadResult>(
  url: string,
  context: unknown,
  next: (url: string, context: unknown) => Promise<T>,
): Promise<T> {
  const result = await next(url, context);
  return (changer === null ? null : changedResult(changer, url, result)) ?? result;
}
