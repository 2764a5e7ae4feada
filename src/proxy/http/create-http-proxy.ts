import { ChaosError } from '../../model/chaos-error.js';
import { FieldError } from './fields.js';
import { HttpProxy, type HttpProxyOptions } from './http-proxy.js';
import { rulesFrom } from './rule-fields.js';

export type CreateHttpProxyOptions = Pick<HttpProxyOptions, 'upstream'> & Partial<HttpProxyOptions>;

/**
 * Puts a proxy that knows HTTP/1 in front of an upstream, in this process, for a test. Leaving its scope closes it.
 *
 * @param options - by default it listens on a free port of 127.0.0.1, with seed 0
 * @throws ChaosError INVALID_INPUT for a rule or a certificate that makes no sense, PROXY_FAILED when it cannot listen
 * @example
 * ```ts
 * await using proxy = await createHttpProxy({
 *   upstream: '127.0.0.1:3000',
 *   rules: [{ match: { path: '/orders/**' }, fault: { type: 'status', status: 503 }, firstN: 2 }],
 * });
 * const answer = await fetch(`${proxy.url}/orders/7`);
 * answer.status; // 503
 * // The next one too; then the upstream answers.
 * ```
 */
export async function createHttpProxy(options: CreateHttpProxyOptions): Promise<HttpProxy> {
  const { name = 'proxy', listen = '127.0.0.1:0', seed = 0 } = options;
  try {
    const rules = rulesFrom(options.rules, 'rules');
    return await HttpProxy.open({ ...options, rules, name, listen, seed });
  } catch (cause) {
    if (cause instanceof ChaosError) throw cause;
    const code = cause instanceof FieldError ? 'INVALID_INPUT' : 'PROXY_FAILED';
    throw new ChaosError(code, (cause as Error).message, { cause });
  }
}
