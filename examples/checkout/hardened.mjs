// The same checkout, made for the day on which the inventory or the cache is slow or gone:
//
// - a time limit for every question, to the inventory and to Redis;
// - one retry, out of a budget, so that retries never multiply the load on a service that is down;
// - a circuit breaker (cockatiel): after three failures in a row it stops asking for a second;
// - a fallback: the last known answer, or a careful default, marked `"stale": true`;
// - a cache that is only ever a shortcut: when it fails, the inventory is asked.
//
// The worst case is two time limits, a pause and the cache's limit: about 0.75 s.
// Environment: PORT, INVENTORY_URL, and REDIS_URL for a cache in Redis.
import {
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { openCache } from './cache.mjs';
import { HttpError, serve } from './serve.mjs';

const inventoryUrl = process.env.INVENTORY_URL;
const inventoryLimitMs = 250;
const cacheLimitMs = 100;

/** At most one retry for every ten requests, with a few saved up. */
const budget = { retries: 3, most: 3, perRequest: 0.1 };

/** An item that does not exist is an answer, not a failure of the inventory. */
const isFailure = (error) => !(error instanceof HttpError && error.status === 404);

const retrying = retry(
  handleWhen((error) => isFailure(error) && !isBrokenCircuitError(error) && budget.retries >= 1),
  { maxAttempts: 1, backoff: new ConstantBackoff(20) },
);
retrying.onRetry(() => {
  budget.retries -= 1;
});
const breaker = circuitBreaker(handleWhen(isFailure), {
  halfOpenAfter: 1_000,
  breaker: new ConsecutiveBreaker(3),
});
const limited = timeout(inventoryLimitMs, TimeoutStrategy.Aggressive);
const inventoryPolicy = wrap(retrying, breaker, limited);

const cache = await openCache({
  commandTimeout: cacheLimitMs,
  connectTimeout: 500,
  // No answer for this long: the connection is dead, open another one.
  socketTimeout: 1_000,
  // While Redis is away, fail at once instead of queueing.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => 200,
});

/** One entry for every item that was ever sold: as small as the catalogue. */
const lastKnown = new Map();

serve('checkout', async (id) => {
  const cached = await cache.get(id).catch(() => null);
  if (cached !== null) return answer(id, cached, false);
  try {
    return answer(id, await fetchItem(id), false);
  } catch (error) {
    if (!isFailure(error)) throw error;
    // Sell on trust, and settle price and stock when the inventory is back.
    return answer(id, lastKnown.get(id) ?? { name: null, price: null, stock: 1 }, true);
  }
});

function answer(id, item, stale) {
  return { id, name: item.name, total: item.price, inStock: item.stock > 0, stale };
}

async function fetchItem(id) {
  budget.retries = Math.min(budget.most, budget.retries + budget.perRequest);
  const item = await inventoryPolicy.execute(async ({ signal }) => {
    const response = await fetch(`${inventoryUrl}/items/${id}`, { signal });
    if (!response.ok) throw new HttpError(response.status, `inventory answered ${response.status}`);
    return await response.json();
  });
  lastKnown.set(id, item);
  // Nobody waits for the cache to be filled.
  cache.set(id, item).catch(() => undefined);
  return item;
}
