/**
 * Settles like the work, which may ignore its signal, unless the signal aborts first: then it rejects with its reason.
 * Leaves no listener behind: Node keeps a combined signal that has one for ever, and runs may follow each other for weeks.
 */
export async function unlessAborted<T>(work: T | Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
