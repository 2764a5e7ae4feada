import { ChaosError } from '../model/chaos-error.js';
import { FaultProxy, type FaultProxyOptions } from './fault-proxy.js';

export type CreateProxyOptions = Pick<FaultProxyOptions, 'upstream'> & Partial<FaultProxyOptions>;

/**
 * Puts a proxy of this process in front of an upstream, for a test. Leaving its scope closes it.
 *
 * @param options - by default it listens on a free port of 127.0.0.1, with seed 0
 * @throws ChaosError PROXY_FAILED when it cannot listen
 * @example
 * ```ts
 * await using proxy = await createProxy({ upstream: '127.0.0.1:5432' });
 * const slow = proxy.addToxic(toxic({ type: 'latency', attributes: { latency: 200 } }));
 * // … use proxy.listen in the place of 127.0.0.1:5432 …
 * await proxy.removeToxic(slow);
 * ```
 */
export async function createProxy(options: CreateProxyOptions): Promise<FaultProxy> {
  const { name = 'proxy', listen = '127.0.0.1:0', seed = 0 } = options;
  try {
    return await FaultProxy.open({ ...options, name, listen, seed });
  } catch (cause) {
    if (cause instanceof ChaosError) throw cause;
    throw new ChaosError('PROXY_FAILED', (cause as Error).message, { cause });
  }
}
