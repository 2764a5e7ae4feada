// Where the checkout keeps items for a moment: in memory, or in Redis where REDIS_URL is set.

/** Stock changes: what is older than this is asked for again. */
const freshMs = 1_000;

/**
 * @param {import('ioredis').RedisOptions} redisOptions - how patient to be with Redis
 * @returns {Promise<{ get(id: string): Promise<object | null>, set(id: string, item: object): Promise<void> }>}
 */
export async function openCache(redisOptions) {
  const url = process.env.REDIS_URL;
  return url === undefined ? memoryCache() : redisCache(url, redisOptions);
}

function memoryCache() {
  const entries = new Map();
  return {
    async get(id) {
      const entry = entries.get(id);
      return entry !== undefined && performance.now() - entry.storedAt < freshMs ? entry.item : null;
    },
    async set(id, item) {
      entries.set(id, { item, storedAt: performance.now() });
    },
  };
}

async function redisCache(url, options) {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, options);
  // Without a listener, ioredis prints every failed reconnect.
  redis.on('error', () => undefined);
  return {
    async get(id) {
      const text = await redis.get(`item:${id}`);
      return text === null ? null : JSON.parse(text);
    },
    async set(id, item) {
      await redis.set(`item:${id}`, JSON.stringify(item), 'PX', freshMs);
    },
  };
}
