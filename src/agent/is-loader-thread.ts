import * as threads from 'node:worker_threads';

/** True in the thread that runs hooks of the module loader: Node before 22.15 has its preloads run there too. */
export function isLoaderThread(): boolean {
  const { isInternalThread } = threads as { readonly isInternalThread?: boolean };
  if (isInternalThread !== undefined) return isInternalThread;
  // Workers of the program have a parent to talk to before their first line.
  return !threads.isMainThread && (threads.parentPort ?? null) === null;
}
