import { ChaosError } from '../../model/chaos-error.js';
import { AddressError } from '../listen-address.js';
import type { ProxyEvent } from '../proxy-event.js';
import { ApiError } from '../toxiproxy/api-error.js';
import { HttpProxy, type HttpProxyOptions } from './http-proxy.js';
import type { HttpProxySpec } from './proxy-fields.js';

/** The proxies of a server that know HTTP, by name. Toxiproxy's clients never see them. */
export class HttpRegistry implements AsyncDisposable {
  readonly #proxies = new Map<string, HttpProxy>();
  /** Names of proxies that are being opened. */
  readonly #opening = new Set<string>();
  readonly #defaults: Pick<HttpProxyOptions, 'seed' | 'dialTimeoutMs'>;
  readonly #onEvent: (event: ProxyEvent) => void;

  constructor(
    defaults: Pick<HttpProxyOptions, 'seed' | 'dialTimeoutMs'>,
    onEvent: (event: ProxyEvent) => void,
  ) {
    this.#defaults = defaults;
    this.#onEvent = onEvent;
  }

  get(name: string): HttpProxy | undefined {
    return this.#proxies.get(name);
  }

  /** By name. */
  get all(): readonly HttpProxy[] {
    return [...this.#proxies.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  has(name: string): boolean {
    return this.#proxies.has(name) || this.#opening.has(name);
  }

  /** @throws ApiError 409 when there is one of that name; 400 for a certificate that is none; 500 when it cannot listen */
  async create(spec: HttpProxySpec): Promise<HttpProxy> {
    if (this.has(spec.name)) throw new ApiError(409, 'proxy already exists');
    this.#opening.add(spec.name);
    try {
      const proxy = await HttpProxy.open({ ...this.#defaults, ...spec, onEvent: this.#onEvent });
      this.#proxies.set(spec.name, proxy);
      return proxy;
    } catch (error) {
      if (error instanceof AddressError) throw new ApiError(500, error.message);
      if (error instanceof ChaosError) throw new ApiError(400, error.message);
      throw error;
    } finally {
      this.#opening.delete(spec.name);
    }
  }

  async delete(proxy: HttpProxy): Promise<void> {
    this.#proxies.delete(proxy.name);
    await proxy[Symbol.asyncDispose]();
    this.#onEvent({ type: 'deleted', proxy: proxy.name });
  }

  /** Enables all and takes all rules off. */
  async reset(): Promise<void> {
    for (const proxy of this.all) {
      for (const rule of proxy.rules) proxy.removeRule(rule);
      await proxy.update({ enabled: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const proxy of this.all) await this.delete(proxy);
  }
}
