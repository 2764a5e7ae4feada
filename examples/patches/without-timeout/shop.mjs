// A shop that asks an inventory for its prices.
// The inventory is in here too, so that nothing else has to be started. Environment: PORT, INVENTORY_PORT, INVENTORY_URL.
import { createServer } from 'node:http';

const inventory = createServer((_request, response) => response.end('12'));
inventory.listen(Number(process.env.INVENTORY_PORT), '127.0.0.1');

async function price() {
  const response = await fetch(process.env.INVENTORY_URL);
  if (!response.ok) throw new Error(`the inventory answered ${response.status}`);
  return await response.text();
}

const shop = createServer((request, response) => {
  if (request.url === '/health') {
    response.end('up');
    return;
  }
  price().then(
    (text) => response.end(text),
    (error) => response.writeHead(502).end(error.message),
  );
});
shop.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
