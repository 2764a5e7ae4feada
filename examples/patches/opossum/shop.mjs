// A shop behind opossum's circuit breaker: when half of its questions fail it stops asking, and asks again at once
// (`resetTimeout: 0`), one question at a time. Environment: PORT, INVENTORY_PORT, INVENTORY_URL.
import { createServer } from 'node:http';
import CircuitBreaker from 'opossum';

const inventory = createServer((_request, response) => response.end('12'));
inventory.listen(Number(process.env.INVENTORY_PORT), '127.0.0.1');

async function price() {
  const response = await fetch(process.env.INVENTORY_URL);
  if (!response.ok) throw new Error(`the inventory answered ${response.status}`);
  return await response.text();
}

const breaker = new CircuitBreaker(price, { timeout: 1_000, errorThresholdPercentage: 50, resetTimeout: 0 });

const shop = createServer((request, response) => {
  if (request.url === '/health') {
    response.end('up');
    return;
  }
  breaker.fire().then(
    (text) => response.end(text),
    (error) => response.writeHead(503).end(error.message),
  );
});
shop.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
