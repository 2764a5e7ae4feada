// A shop that asks an inventory for its prices: within 300 ms, else it says the last price that it knew.
// The inventory is in here too, so that nothing else has to be started. Environment: PORT, INVENTORY_PORT, INVENTORY_URL.
import { createServer } from 'node:http';

const inventory = createServer((_request, response) => response.end('12'));
inventory.listen(Number(process.env.INVENTORY_PORT), '127.0.0.1');

let lastKnown = '12';

async function price() {
  const response = await fetch(process.env.INVENTORY_URL, { signal: AbortSignal.timeout(300) });
  if (!response.ok) throw new Error(`the inventory answered ${response.status}`);
  lastKnown = await response.text();
  return lastKnown;
}

/** Up to three times more when it failed at once; who was silent is not asked to be silent again. */
async function priceWithRetry() {
  for (let left = 3; ; left -= 1) {
    try {
      return await price();
    } catch (error) {
      if (error.name === 'TimeoutError' || left === 0) throw error;
    }
  }
}

async function priceOrLastKnown() {
  try {
    return await priceWithRetry();
  } catch (error) {
    // Only silence has a fallback: an inventory that refuses may have a reason.
    if (error.name === 'TimeoutError') return lastKnown;
    throw error;
  }
}

const shop = createServer((request, response) => {
  if (request.url === '/health') {
    response.end('up');
    return;
  }
  priceOrLastKnown().then(
    (text) => response.end(text),
    (error) => response.writeHead(502).end(error.message),
  );
});
shop.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
