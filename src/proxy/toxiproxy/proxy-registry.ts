import { FaultProxy, type FaultProxyOptions } from '../fault-proxy.js';
import { AddressError, addressText, resolveListen } from '../listen-address.js';
import type { ProxyEvent } from '../proxy-event.js';
import type { ToxicSpec } from '../proxy-toxic.js';
import type { Protocol } from '../toxics/misfit.js';
import { UdpProxy } from '../udp/udp-proxy.js';
import { ApiError } from './api-error.js';

export type AnyProxy = FaultProxy | UdpProxy;

/** A proxy as a body asks for it. */
export interface ProxySpec {
  readonly protocol: Protocol;
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly ToxicSpec[];
}

/** Proxies of other kinds beside those of a registry. */
export interface Neighbours {
  /** Whether one of them has a name. */
  has(name: string): boolean;
  /** Takes their faults off. */
  reset(): Promise<void>;
}

/** The proxies of a server by name. Whatever opens or closes ports is done one after the other; nothing else waits. */
export class ProxyRegistry implements AsyncDisposable {
  readonly #proxies = new Map<string, AnyProxy>();
  /** The address that each was asked to listen on: with port 0, it listens on another. */
  readonly #asked = new Map<string, string>();
  readonly #defaults: Pick<FaultProxyOptions, 'seed' | 'fullClose' | 'resetUnreachable' | 'dialTimeoutMs'>;
  readonly #onEvent: (event: ProxyEvent) => void;
  readonly #neighbours: Neighbours;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    defaults: Pick<FaultProxyOptions, 'seed' | 'fullClose' | 'resetUnreachable' | 'dialTimeoutMs'>,
    onEvent: (event: ProxyEvent) => void,
    neighbours: Neighbours,
  ) {
    this.#defaults = defaults;
    this.#onEvent = onEvent;
    this.#neighbours = neighbours;
  }

  get(name: string): AnyProxy | undefined {
    return this.#proxies.get(name);
  }

  /** By name. */
  get all(): readonly AnyProxy[] {
    return [...this.#proxies.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** One that Toxiproxy could have. */
  getClassic(name: string): FaultProxy | undefined {
    const proxy = this.get(name);
    return proxy?.protocol === 'tcp' ? proxy : undefined;
  }

  get allClassic(): readonly FaultProxy[] {
    return this.all.filter((proxy) => proxy.protocol === 'tcp');
  }

  /** @throws ApiError 409 when there is one of that name; 500 when it cannot listen */
  create(spec: ProxySpec): Promise<AnyProxy> {
    return this.#inTurn(() => {
      if (this.#proxies.has(spec.name)) throw new ApiError(409, 'proxy already exists');
      return this.#open(spec);
    });
  }

  /** One that is there with the same addresses stays as it is; another of that name is replaced. */
  createOrKeep(spec: ProxySpec): Promise<AnyProxy> {
    return this.#inTurn(async () => {
      const existing = this.#proxies.get(spec.name);
      if (existing !== undefined) {
        if (existing.protocol !== spec.protocol) throw new ApiError(409, 'proxy already exists');
        if (existing.upstream === spec.upstream && (await this.#listensOn(existing, spec.listen))) {
          for (const toxic of spec.toxics) await putToxic(existing, toxic);
          return existing;
        }
        await this.#close(existing);
      }
      return await this.#open(spec);
    });
  }

  /** @throws ApiError 500 when an address does not work */
  update(
    proxy: AnyProxy,
    changes: { readonly listen?: string; readonly upstream?: string; readonly enabled?: boolean },
  ): Promise<void> {
    return this.#inTurn(async () => {
      await proxy.update(changes).catch(asApiError);
      if (changes.listen !== undefined) this.#asked.set(proxy.name, changes.listen);
    });
  }

  delete(proxy: AnyProxy): Promise<void> {
    return this.#inTurn(() => this.#close(proxy));
  }

  /** Enables all and takes all toxics off. */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      for (const proxy of this.all) {
        await proxy.update({ enabled: true }).catch(asApiError);
        for (const toxic of proxy.toxics) await proxy.removeToxic(toxic).catch(asApiError);
      }
      await this.#neighbours.reset().catch(asApiError);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inTurn(async () => {
      for (const proxy of this.all) await this.#close(proxy);
    });
  }

  async #open({ protocol, ...spec }: ProxySpec): Promise<AnyProxy> {
    if (this.#neighbours.has(spec.name)) throw new ApiError(409, 'proxy already exists');
    const { seed } = this.#defaults;
    const onEvent = this.#onEvent;
    const opening =
      protocol === 'udp'
        ? UdpProxy.open({ ...spec, seed, onEvent })
        : FaultProxy.open({ ...this.#defaults, ...spec, onEvent });
    const proxy: AnyProxy = await opening.catch(asApiError);
    this.#proxies.set(spec.name, proxy);
    this.#asked.set(spec.name, spec.listen);
    return proxy;
  }

  async #close(proxy: AnyProxy): Promise<void> {
    this.#proxies.delete(proxy.name);
    this.#asked.delete(proxy.name);
    await proxy[Symbol.asyncDispose]();
    this.#onEvent({ type: 'deleted', proxy: proxy.name });
  }

  async #listensOn(proxy: AnyProxy, listen: string): Promise<boolean> {
    if (listen === proxy.listen || listen === this.#asked.get(proxy.name)) return true;
    try {
      return addressText(await resolveListen(listen)) === proxy.listen;
    } catch {
      return false;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Adds a toxic, or gives the one of that name the same settings. */
async function putToxic(proxy: AnyProxy, spec: ToxicSpec): Promise<void> {
  const existing = proxy.toxic(spec.name);
  if (existing?.kind === spec.kind && existing.spec.stream === spec.stream) {
    await proxy.changeToxic(existing, spec.settings, spec.toxicity);
    return;
  }
  if (existing !== undefined) await proxy.removeToxic(existing);
  proxy.addToxic(spec);
}

function asApiError(error: unknown): never {
  if (error instanceof AddressError) throw new ApiError(500, error.message);
  throw error;
}
