// The checkout as it is often written first: it works as long as everything that it asks answers at once.
//
// - It waits for the inventory, and for Redis, as long as they take.
// - When an item is no longer fresh, every request asks the inventory anew, all at the same time.
// - What it knew a second ago is thrown away, even when nothing better can be had.
//
// Environment: PORT, INVENTORY_URL, and REDIS_URL for a cache in Redis.
import { openCache } from './cache.mjs';
import { HttpError, serve } from './serve.mjs';

const inventoryUrl = process.env.INVENTORY_URL;
const cache = await openCache({ maxRetriesPerRequest: null });

serve('checkout', async (id) => {
  const item = (await cache.get(id)) ?? (await fetchItem(id));
  return { id, name: item.name, total: item.price, inStock: item.stock > 0, stale: false };
});

async function fetchItem(id) {
  const response = await fetch(`${inventoryUrl}/items/${id}`);
  if (!response.ok) throw new HttpError(response.status, `inventory answered ${response.status}`);
  const item = await response.json();
  await cache.set(id, item);
  return item;
}
