import { createServer } from 'node:http';
import { once } from 'node:events';

/** A stock service that has three of everything. */
export async function startStockService() {
  const server = createServer((_request, response) => response.end(JSON.stringify({ count: 3 })));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env.STOCK_URL = `http://127.0.0.1:${server.address().port}`;
  return server;
}
