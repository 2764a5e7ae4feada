import type { ServerResponse } from 'node:http';
import type { ProxyEvent } from '../proxy-event.js';

/** A watcher that reads too slowly is let go. */
const mostBehindBytes = 1_048_576;

/** Tells everyone who watches what happens, as server-sent events. */
export class EventStream implements Disposable {
  readonly #watchers = new Set<ServerResponse>();

  readonly publish = (event: ProxyEvent): void => {
    if (this.#watchers.size === 0) return;
    const text = `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
    for (const watcher of this.#watchers) {
      if (watcher.writableLength > mostBehindBytes) watcher.destroy();
      else watcher.write(text);
    }
  };

  serve(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.flushHeaders();
    this.#watchers.add(response);
    response.once('close', () => this.#watchers.delete(response));
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers) watcher.destroy();
  }
}
