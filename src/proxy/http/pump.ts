import type { ByteSink } from './byte-sink.js';
import type { ByteSource } from './byte-source.js';

/** Everything up to the end, which is passed on too. */
export async function pump(source: ByteSource, sink: ByteSink): Promise<void> {
  while (await source.any()) await sink.write(source.take(source.held.length));
  sink.end();
}
