import type { AddressInfo, Server, Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { decisions } from '../../model/decide.js';
import { addressText, listenError, resolveListen, splitAddress, unixAddress } from '../listen-address.js';
import { listen } from '../listen.js';
import type { Happening, ProxyEvent } from '../proxy-event.js';
import { dialUpstream } from './dial-upstream.js';
import type { End } from './end.js';
import type { RequestHead } from './head.js';
import { HttpConnection } from './http-connection.js';
import { HttpCounters } from './http-counters.js';
import type { HttpRule } from './http-rule.js';
import { type Plan, planOf } from './plan.js';
import type { ProxyRule } from './proxy-rule.js';
import { RuleSet } from './rule-set.js';
import { type Certificate, secureContext, terminated, type UpstreamTls } from './tls-ends.js';

export interface HttpProxyOptions {
  readonly name: string;
  /** `host:port`; port 0 means any free one. Or `unix:/path`. */
  readonly listen: string;
  /** `host:port`, looked up when a client connects. Or `unix:/path`. */
  readonly upstream: string;
  /** Of every choice of its rules. */
  readonly seed: number;
  readonly rules?: readonly HttpRule[];
  /** Default: true. */
  readonly enabled?: boolean;
  /** Clients come by TLS, and are shown this certificate. */
  readonly tls?: Certificate;
  /** The upstream is asked by TLS. */
  readonly upstreamTls?: UpstreamTls;
  /** A dial without an answer is given up after so long. Default: 30 s. */
  readonly dialTimeoutMs?: number;
  readonly onEvent?: (event: ProxyEvent) => void;
}

const defaultDialTimeoutMs = 30_000;

/** A proxy that knows HTTP/1: rules act on single requests. They are added, changed and removed while it serves. */
export class HttpProxy implements AsyncDisposable {
  readonly name: string;
  readonly counters = new HttpCounters();
  readonly #options: HttpProxyOptions;
  readonly #context: SecureContext | null;
  readonly #connections = new Set<HttpConnection>();
  readonly #rules: RuleSet;
  #listen: string;
  #upstream: string;
  #enabled = false;
  #server: Server | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws AddressError when it cannot listen there; ChaosError INVALID_INPUT for a certificate that is none */
  static async open(options: HttpProxyOptions): Promise<HttpProxy> {
    const proxy = new HttpProxy(options);
    for (const rule of options.rules ?? []) proxy.addRule(rule);
    if (options.enabled !== false) await proxy.update({ enabled: true });
    return proxy;
  }

  private constructor(options: HttpProxyOptions) {
    const { name, listen: listenText, upstream, seed, tls } = options;
    this.#options = options;
    this.name = name;
    this.#upstream = upstream;
    this.#listen = listenText;
    this.#rules = new RuleSet(name, decisions(seed), (happening) => this.#emit(happening));
    this.#context = tls === undefined ? null : secureContext(tls);
  }

  /** The address that it listens on; while it is disabled, the last one, or what was asked for. */
  get listen(): string {
    return this.#listen;
  }

  get upstream(): string {
    return this.#upstream;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  /** Where clients find it. */
  get url(): string {
    return `${this.#context === null ? 'http' : 'https'}://${this.#listen.replace('[::]', 'localhost')}`;
  }

  /** In the order in which they look at a request. */
  get rules(): readonly ProxyRule[] {
    return this.#rules.all;
  }

  rule(name: string): ProxyRule | undefined {
    return this.#rules.get(name);
  }

  /**
   * Looks at every request from the next one on, also of open connections, behind the rules that are there.
   *
   * @throws ChaosError INVALID_INPUT, also when its name is taken
   */
  addRule(rule: HttpRule): ProxyRule {
    return this.#rules.add(rule);
  }

  /**
   * From the next request on. Its name, its place and what it has met stay.
   *
   * @throws ChaosError INVALID_INPUT
   */
  changeRule(rule: ProxyRule, to: HttpRule): void {
    this.#rules.change(rule, to);
  }

  /** From the next request on; those that it has met go on as it said. */
  removeRule(rule: ProxyRule): void {
    this.#rules.remove(rule);
  }

  /**
   * Absent values stay. Connections are closed when an address changes and when it is disabled; rules stay.
   *
   * @throws AddressError; it is disabled then
   */
  update(changes: {
    readonly listen?: string;
    readonly upstream?: string;
    readonly enabled?: boolean;
  }): Promise<void> {
    return this.#inTurn(async () => {
      const {
        listen: listenText = this.#listen,
        upstream = this.#upstream,
        enabled = this.#enabled,
      } = changes;
      if (unixAddress(upstream) === null) splitAddress(upstream);
      const isElsewhere = listenText !== this.#listen || upstream !== this.#upstream;
      if (isElsewhere || !enabled) await this.#stop();
      this.#listen = listenText;
      this.#upstream = upstream;
      if (!enabled || this.#enabled) return;
      await this.#bind();
      this.#enabled = true;
      this.#emit({ type: 'enabled' });
    });
  }

  /** Closes its port and its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inTurn(() => this.#stop());
    this.#rules[Symbol.dispose]();
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const connection of this.#connections) connection.destroy();
    if (server !== null) await new Promise((resolve) => server.close(resolve));
    if (this.#enabled) this.#emit({ type: 'disabled' });
    this.#enabled = false;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #bind(): Promise<void> {
    const address = await resolveListen(this.#listen);
    try {
      const server = await listen(address);
      server.on('connection', (client) => this.#accept(client));
      this.#server = server;
      this.#listen =
        'path' in address
          ? addressText(address)
          : addressText({ host: address.host, port: (server.address() as AddressInfo).port });
    } catch (error) {
      throw listenError(error, address);
    }
  }

  #accept(raw: Socket): void {
    raw.on('error', ignore);
    if (this.#server === null) {
      raw.destroy();
      return;
    }
    const number = this.counters.connections;
    this.counters.connections += 1;
    this.counters.openConnections += 1;
    const client: End = this.#context === null ? { stream: raw, raw } : terminated(raw, this.#context);
    client.stream.on('error', ignore);
    const { dialTimeoutMs = defaultDialTimeoutMs, upstreamTls } = this.#options;
    const dial = dialUpstream(this.#upstream, upstreamTls, dialTimeoutMs, (error) => {
      this.counters.dialFailures += 1;
      this.#emit({ type: 'dial-failed', connection: number, error: error.message });
    });
    const connection = new HttpConnection(client, dial, {
      meet: (request) => this.#meet(request, number),
      mayAnswer: () => this.#rules.all.some(({ rule }) => answersAlone(rule)),
      answered: (status) => this.counters.answered(status),
      aborted: () => {
        this.counters.resets += 1;
      },
      notHttp: () => {
        this.counters.notHttp += 1;
        this.#emit({ type: 'not-http', connection: number });
      },
      spared: (rule, why) => this.#emit({ type: 'rule-spared', rule, connection: number, why }),
      failed: (error) => this.#emit({ type: 'failed', error: String(error) }),
      closed: () => {
        this.#connections.delete(connection);
        this.counters.openConnections -= 1;
      },
    });
    this.#connections.add(connection);
  }

  #meet(request: RequestHead, connection: number): Plan {
    this.counters.requests += 1;
    return planOf(this.#rules.meet(request, connection));
  }

  #emit(happening: Happening): void {
    this.#options.onEvent?.({ ...happening, proxy: this.name });
  }
}

/** Whether a client of a dead upstream may get an answer. */
function answersAlone({ fault }: HttpRule): boolean {
  return fault.type === 'status' && fault.moment !== 'after';
}

function ignore(): void {
  // The connection learns it from the end of the stream; here it only must not be unheard.
}
