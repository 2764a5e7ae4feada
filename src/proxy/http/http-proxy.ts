import type { Server, Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { decisions } from '../../model/decide.js';
import { systemClock } from '../../model/system-clock.js';
import { clientsServer } from '../clients-server.js';
import { splitAddress, unixAddress } from '../listen-address.js';
import { NetworkProxy, type NetworkProxyOptions } from '../network-proxy.js';
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

export interface HttpProxyOptions extends NetworkProxyOptions {
  readonly rules?: readonly HttpRule[];
  /** Clients come by TLS, and are shown this certificate. */
  readonly tls?: Certificate;
  /** The upstream is asked by TLS. */
  readonly upstreamTls?: UpstreamTls;
  /** A dial without an answer is given up after so long. Default: 30 s. */
  readonly dialTimeoutMs?: number;
}

const defaultDialTimeoutMs = 30_000;

/** A proxy that knows HTTP/1: rules act on single requests. They are added, changed and removed while it serves. */
export class HttpProxy extends NetworkProxy {
  readonly protocol = 'http';
  readonly counters = new HttpCounters();
  readonly #options: HttpProxyOptions;
  readonly #context: SecureContext | null;
  readonly #connections = new Map<number, HttpConnection>();
  readonly #rules: RuleSet;
  #server: Server | null = null;

  /** @throws AddressError when it cannot listen there; ChaosError INVALID_INPUT for a certificate that is none */
  static async open(options: HttpProxyOptions): Promise<HttpProxy> {
    const proxy = new HttpProxy(options);
    for (const rule of options.rules ?? []) proxy.addRule(rule);
    if (options.enabled !== false) await proxy.update({ enabled: true });
    return proxy;
  }

  private constructor(options: HttpProxyOptions) {
    super(options);
    const { name, seed, tls } = options;
    this.#options = options;
    this.#rules = new RuleSet(name, decisions(seed), (happening) => this.emit(happening));
    this.#context = tls === undefined ? null : secureContext(tls);
  }

  /** Where clients find it. */
  get url(): string {
    return `${this.#context === null ? 'http' : 'https'}://${this.listen.replace('[::]', 'localhost')}`;
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

  get connections(): readonly HttpConnection[] {
    return [...this.#connections.values()];
  }

  override endConnection(number: number, gently: boolean): boolean {
    const connection = this.#connections.get(number);
    if (gently) connection?.close();
    else connection?.reset();
    return connection !== undefined;
  }

  /** Bytes that were passed on so far, over connections that are open or gone. */
  get passedBytes(): { readonly upstream: number; readonly downstream: number } {
    let [upstream, downstream] = [this.counters.closedBytesUpstream, this.counters.closedBytesDownstream];
    for (const { bytesUpstream, bytesDownstream } of this.#connections.values()) {
      upstream += bytesUpstream;
      downstream += bytesDownstream;
    }
    return { upstream, downstream };
  }

  protected override checkUpstream(upstream: string): void {
    if (unixAddress(upstream) === null) splitAddress(upstream);
  }

  protected override async openPort(): Promise<void> {
    const { server, listen } = await clientsServer(this.listen, (client) => this.#accept(client));
    this.#server = server;
    this.listensOn(listen);
  }

  protected override async closePort(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const connection of this.#connections.values()) connection.destroy();
    if (server !== null) await new Promise((resolve) => server.close(resolve));
  }

  protected override dropFaults(): void {
    this.#rules[Symbol.dispose]();
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
    const dial = dialUpstream(this.upstream, upstreamTls, dialTimeoutMs, (error) => {
      this.counters.dialFailures += 1;
      this.emit({ type: 'dial-failed', connection: number, error: error.message });
    });
    const connection = new HttpConnection(
      client,
      dial,
      { number, openedMs: systemClock.wallMs() },
      {
        meet: (request) => this.#meet(request, number),
        mayAnswer: () => this.#rules.all.some(({ rule }) => answersAlone(rule)),
        answered: (status) => this.counters.answered(status),
        aborted: () => {
          this.counters.resets += 1;
        },
        notHttp: () => {
          this.counters.notHttp += 1;
          this.emit({ type: 'not-http', connection: number });
        },
        spared: (rule, why) => this.emit({ type: 'rule-spared', rule, connection: number, why }),
        failed: (error) => this.emit({ type: 'failed', error: String(error) }),
        closed: () => {
          const { bytesUpstream, bytesDownstream } = connection;
          this.#connections.delete(number);
          this.counters.openConnections -= 1;
          this.counters.closedBytesUpstream += bytesUpstream;
          this.counters.closedBytesDownstream += bytesDownstream;
          this.emit({ type: 'connection-closed', connection: number, bytesUpstream, bytesDownstream });
        },
      },
    );
    this.#connections.set(number, connection);
    this.emit({ type: 'connection-opened', connection: number, client: connection.client });
  }

  #meet(request: RequestHead, connection: number): Plan {
    this.counters.requests += 1;
    return planOf(this.#rules.meet(request, connection));
  }
}

/** Whether a client of a dead upstream may get an answer. */
function answersAlone({ fault }: HttpRule): boolean {
  return fault.type === 'status' && fault.moment !== 'after';
}

function ignore(): void {
  // The connection learns it from the end of the stream; here it only must not be unheard.
}
