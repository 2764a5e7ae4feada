import { type AddressInfo, Socket, type Server } from 'node:net';
import type { SecureContext } from 'node:tls';
import { ChaosError } from '../../model/chaos-error.js';
import { type Decide, decisions } from '../../model/decide.js';
import { addressText, listenError, resolveListen, splitAddress } from '../listen-address.js';
import { listen } from '../listen.js';
import type { Happening, ProxyEvent } from '../proxy-event.js';
import type { End } from './end.js';
import type { RequestHead } from './head.js';
import { HttpConnection } from './http-connection.js';
import { HttpCounters } from './http-counters.js';
import type { HttpRule } from './http-rule.js';
import { endsExchange, type Plan, planOf } from './plan.js';
import { type Fired, ProxyRule } from './proxy-rule.js';
import { checkedRule } from './rule-fields.js';
import { type Certificate, originated, secureContext, terminated, type UpstreamTls } from './tls-ends.js';

export interface HttpProxyOptions {
  readonly name: string;
  /** `host:port`; port 0 means any free one. */
  readonly listen: string;
  /** `host:port`, looked up when a client connects. */
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
  readonly #decide: Decide;
  readonly #context: SecureContext | null;
  readonly #connections = new Set<HttpConnection>();
  readonly #expiries = new Map<ProxyRule, NodeJS.Timeout>();
  #rules: readonly ProxyRule[] = [];
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
    this.#decide = decisions(seed);
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
    return this.#rules;
  }

  rule(name: string): ProxyRule | undefined {
    return this.#rules.find((rule) => rule.name === name);
  }

  /**
   * Looks at every request from the next one on, also of open connections, behind the rules that are there.
   *
   * @throws ChaosError INVALID_INPUT, also when its name is taken
   */
  addRule(rule: HttpRule): ProxyRule {
    const checked = checkedRule(rule);
    const name = checked.name ?? this.#freeName(checked.fault.type);
    if (this.rule(name) !== undefined) {
      throw new ChaosError('INVALID_INPUT', `there is a rule of the name ${JSON.stringify(name)} already`);
    }
    const added = new ProxyRule({ ...checked, name }, this.name, this.#decide);
    this.#rules = [...this.#rules, added];
    this.#expire(added);
    this.#emit({ type: 'rule-added', rule: name });
    return added;
  }

  /**
   * From the next request on. Its name, its place and what it has met stay.
   *
   * @throws ChaosError INVALID_INPUT
   */
  changeRule(rule: ProxyRule, to: HttpRule): void {
    rule.change({ ...checkedRule(to), name: rule.name });
    this.#expire(rule);
    this.#emit({ type: 'rule-changed', rule: rule.name });
  }

  /** From the next request on; those that it has met go on as it said. */
  removeRule(rule: ProxyRule): void {
    this.#take(rule, 'rule-removed');
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
      splitAddress(upstream);
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
    for (const expiry of this.#expiries.values()) clearTimeout(expiry);
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
      this.#listen = addressText({ host: address.host, port: (server.address() as AddressInfo).port });
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
    const { end: upstream, dialed } = this.#dial(number);
    const connection = new HttpConnection(client, upstream, dialed, {
      meet: (request) => this.#meet(request, number),
      mayAnswer: () => this.#rules.some(({ rule }) => answersAlone(rule)),
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

  #dial(number: number): { readonly end: End; readonly dialed: Promise<boolean> } {
    const { dialTimeoutMs = defaultDialTimeoutMs, upstreamTls } = this.#options;
    const raw = new Socket({ allowHalfOpen: true });
    raw.setNoDelay(true);
    raw.on('error', ignore);
    const { host, port } = splitAddress(this.upstream);
    raw.connect({ host: host === '' ? 'localhost' : host, port });
    const end: End = upstreamTls === undefined ? { stream: raw, raw } : originated(raw, host, upstreamTls);
    const { stream } = end;
    const giveUp = setTimeout(() => {
      stream.destroy(new Error(`dial tcp ${this.upstream}: no answer in ${dialTimeoutMs} ms`));
    }, dialTimeoutMs);
    const dialed = new Promise<boolean>((resolve) => {
      stream.once(upstreamTls === undefined ? 'connect' : 'secureConnect', () => resolve(true));
      stream.on('error', ignore);
      stream.once('close', () => resolve(false));
    });
    void dialed.then((isReached) => {
      clearTimeout(giveUp);
      const error = stream.errored ?? raw.errored;
      if (isReached || error === null) return;
      this.counters.dialFailures += 1;
      this.#emit({ type: 'dial-failed', connection: number, error: error.message });
    });
    return { end, dialed };
  }

  /** Every rule in its turn, up to one that ends the exchange. */
  #meet(request: RequestHead, connection: number): Plan {
    this.counters.requests += 1;
    const fired: Fired[] = [];
    for (const rule of this.#rules) {
      const hit = rule.meet(request);
      if (hit === null) continue;
      fired.push(hit);
      const { method, target } = request;
      this.#emit({
        type: 'rule-fired',
        rule: rule.name,
        fault: hit.fault.type,
        connection,
        method,
        target,
        n: hit.n,
      });
      if (endsExchange(hit)) break;
    }
    return planOf(fired);
  }

  #expire(rule: ProxyRule): void {
    clearTimeout(this.#expiries.get(rule));
    const { durationMs } = rule.rule;
    if (durationMs === undefined) return;
    const expiry = setTimeout(() => this.#take(rule, 'rule-expired'), durationMs);
    this.#expiries.set(rule, expiry.unref());
  }

  #take(rule: ProxyRule, type: 'rule-removed' | 'rule-expired'): void {
    if (!this.#rules.includes(rule)) return;
    this.#rules = this.#rules.filter((each) => each !== rule);
    clearTimeout(this.#expiries.get(rule));
    this.#expiries.delete(rule);
    this.#emit({ type, rule: rule.name });
  }

  #freeName(type: string): string {
    for (let n = 1; ; n += 1) {
      const name = n === 1 ? type : `${type}-${n}`;
      if (this.rule(name) === undefined) return name;
    }
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
