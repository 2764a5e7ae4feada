import { systemClock } from '../model/system-clock.js';
import type { Connection } from './connection.js';

const lookEveryMs = 20;
/** A connection without bytes for this long, after an answer, is not in use. */
const quietLooks = 3;
/** Time for the last bytes and FINs to leave. */
const lingerMs = 20;

/**
 * Ends connections without cutting conversations: idle ones at once, those that wait for an answer or carry bytes
 * when that is over, and what is left after `drainMs` in any case.
 *
 * @param open - the connections that are open now; asked again and again
 */
export async function drain(open: () => readonly Connection[], drainMs: number): Promise<void> {
  const { signal } = new AbortController();
  const untilMs = systemClock.nowMs() + drainMs;
  const seen = new WeakMap<Connection, { bytes: number; quiet: number }>();
  while (systemClock.nowMs() < untilMs && open().length > 0) {
    for (const connection of open()) {
      const last = seen.get(connection);
      const bytes = connection.passedBytes;
      const quiet = last?.bytes === bytes ? last.quiet + 1 : 0;
      seen.set(connection, { bytes, quiet });
      if (quiet >= quietLooks && !connection.awaitsAnswer) connection.end();
    }
    await systemClock.sleep(lookEveryMs, signal);
  }
  if (open().length === 0) return;
  for (const connection of open()) connection.end();
  await systemClock.sleep(lingerMs, signal);
}
