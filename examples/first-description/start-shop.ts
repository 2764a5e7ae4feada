import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The system that the examples break: it asks an inventory service over HTTP, and keeps the last answer. */
export interface Shop extends AsyncDisposable {
  /** The inventory's address, for health checks. */
  readonly url: string;
  /** Its components, by the names that scenarios use. */
  readonly components: { readonly database_layer: Database; readonly queue: Queue };
  /** The price of an article; what the inventory said last when it does not answer in time. */
  priceOf(article: string): Promise<Price>;
}

export interface Price {
  readonly article: string;
  readonly euros: number;
  /** False: a remembered answer, a declared fallback. */
  readonly fresh: boolean;
}

class Database {
  readonly #articles = new Map([['42', 'A book']]);

  // A method of a real driver is asynchronous too.
  async query(article: string): Promise<string> {
    return this.#articles.get(article) ?? 'unknown';
  }
}

class Queue {
  async processed(): Promise<number> {
    return 1;
  }
}

/** Starts the shop and the inventory that it depends on, on loopback. */
export async function startShop(): Promise<Shop> {
  const inventory = createServer((_request, response) => response.end('12'));
  inventory.listen(0, '127.0.0.1');
  await once(inventory, 'listening');
  const { port } = inventory.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  const remembered = new Map<string, number>();
  return {
    url,
    components: { database_layer: new Database(), queue: new Queue() },
    async priceOf(article) {
      try {
        const response = await fetch(`${url}${article}`, { signal: AbortSignal.timeout(400) });
        const euros = Number(await response.text());
        remembered.set(article, euros);
        return { article, euros, fresh: true };
      } catch (error) {
        const euros = remembered.get(article);
        if (euros === undefined) throw error;
        return { article, euros, fresh: false };
      }
    },
    async [Symbol.asyncDispose]() {
      inventory.closeAllConnections();
      inventory.close();
      await once(inventory, 'close');
    },
  };
}
