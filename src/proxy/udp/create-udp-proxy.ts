import { ChaosError } from '../../model/chaos-error.js';
import { AddressError } from '../listen-address.js';
import { UdpProxy, type UdpProxyOptions } from './udp-proxy.js';

export type CreateUdpProxyOptions = Pick<UdpProxyOptions, 'upstream'> & Partial<UdpProxyOptions>;

/**
 * Puts a UDP proxy of this process in front of an upstream, for a test. Leaving its scope closes it.
 *
 * @param options - by default it listens on a free port of 127.0.0.1, with seed 0
 * @throws ChaosError PROXY_FAILED when it cannot listen; INVALID_INPUT
 * @example
 * ```ts
 * await using proxy = await createUdpProxy({ upstream: '127.0.0.1:53', seed: 42 });
 * proxy.addToxic(toxic({ type: 'drop', attributes: { probability: 0.1 } }));
 * // … use proxy.listen in the place of 127.0.0.1:53 …
 * proxy.stats().injectedLoss;
 * ```
 */
export async function createUdpProxy(options: CreateUdpProxyOptions): Promise<UdpProxy> {
  const { name = 'proxy', listen = '127.0.0.1:0', seed = 0 } = options;
  try {
    return await UdpProxy.open({ ...options, name, listen, seed });
  } catch (cause) {
    if (!(cause instanceof AddressError)) throw cause;
    throw new ChaosError('PROXY_FAILED', cause.message, { cause });
  }
}
