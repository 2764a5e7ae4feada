import type { AddressInfo, Server, Socket } from 'node:net';
import { ChaosError } from '../model/chaos-error.js';
import { type Decide, decisions } from '../model/decide.js';
import { systemClock } from '../model/system-clock.js';
import { addressText, listenError, resolveListen } from './listen-address.js';
import { listen } from './listen.js';
import { openUpstream } from './open-upstream.js';
import { acceptedInlet } from './accepted-inlet.js';
import { ProxiedConnection, rollHits, siteOf } from './proxied-connection.js';
import type { Happening, ProxyEvent } from './proxy-event.js';
import { ProxyToxic, type ToxicSpec } from './proxy-toxic.js';
import { reset } from './reset.js';
import { RouteCounters } from './route-counters.js';
import { ToxicCourse } from './toxic-course.js';
import { misfit } from './toxics/misfit.js';
import type { Admission, Settings } from './toxics/toxic-kind.js';

export interface FaultProxyOptions {
  readonly name: string;
  /** `host:port`; port 0 means any free one. Or `unix:/path`. */
  readonly listen: string;
  /** `host:port`, looked up when a client connects. Or `unix:/path`. */
  readonly upstream: string;
  /** Default: true. */
  readonly enabled?: boolean;
  /** Of every choice of its toxics. */
  readonly seed: number;
  readonly toxics?: readonly ToxicSpec[];
  /** When one side ends, close the whole connection, as Toxiproxy does. Default: its other half stays open. */
  readonly fullClose?: boolean;
  /** Answer a client whose upstream cannot be reached by a reset. Default: it is closed. */
  readonly resetUnreachable?: boolean;
  /** A dial without an answer is given up after so long. Default: 30 s. */
  readonly dialTimeoutMs?: number;
  readonly onEvent?: (event: ProxyEvent) => void;
}

const defaultDialTimeoutMs = 30_000;

/** A TCP proxy on whose connections toxics act. They are added, changed and removed while bytes flow. */
export class FaultProxy implements AsyncDisposable {
  readonly protocol = 'tcp';
  readonly name: string;
  readonly counters = new RouteCounters();
  readonly #options: FaultProxyOptions;
  readonly #decide: Decide;
  readonly #connections = new Map<number, ProxiedConnection>();
  readonly #doors = new Map<ProxyToxic, (nowMs: number) => Admission>();
  /** Clients whose dial is still to come. */
  readonly #waiting = new Set<Socket>();
  readonly #courses = new Map<ProxyToxic, ToxicCourse>();
  #toxics: readonly ProxyToxic[] = [];
  #listen: string;
  #upstream: string;
  #enabled = false;
  #server: Server | null = null;
  #accepted = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws AddressError when it cannot listen there */
  static async open(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    for (const spec of options.toxics ?? []) proxy.addToxic(spec);
    if (options.enabled !== false) await proxy.update({ enabled: true });
    return proxy;
  }

  private constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#decide = decisions(options.seed);
    this.name = options.name;
    this.#listen = options.listen;
    this.#upstream = options.upstream;
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

  /** Those that act from client to server first, each in the order of adding. */
  get toxics(): readonly ProxyToxic[] {
    const towards = (way: string) => this.#toxics.filter((toxic) => toxic.way === way);
    return [...towards('from-target'), ...towards('to-target')];
  }

  get connections(): readonly ProxiedConnection[] {
    return [...this.#connections.values()];
  }

  toxic(name: string): ProxyToxic | undefined {
    return this.#toxics.find((toxic) => toxic.name === name);
  }

  connection(number: number): ProxiedConnection | undefined {
    return this.#connections.get(number);
  }

  /**
   * Acts on open connections at once. Its name must be free.
   *
   * @throws ChaosError INVALID_INPUT when it is one for datagrams
   */
  addToxic(spec: ToxicSpec): ProxyToxic {
    const problem = misfit(spec.kind, 'tcp');
    if (problem !== null) throw new ChaosError('INVALID_INPUT', problem);
    const toxic = new ProxyToxic(spec);
    this.#toxics = [...this.#toxics, toxic];
    if (toxic.kind.acts === 'on-connects') this.#doors.set(toxic, toxic.kind.door(toxic));
    for (const connection of this.#connections.values()) connection.add(toxic, false);
    this.#courses.set(toxic, this.#courseOf(toxic));
    this.#shut();
    this.#emit({ type: 'toxic-added', toxic: toxic.name });
    return toxic;
  }

  /** At once on all connections; their rolls stay. */
  async changeToxic(toxic: ProxyToxic, settings: Settings, toxicity: number): Promise<void> {
    toxic.change(settings, toxicity);
    this.#emit({ type: 'toxic-changed', toxic: toxic.name });
    await this.#changed(toxic);
  }

  /** What it held goes on at once, to the toxics behind it. Resolves once a port that it had shut is open again. */
  async removeToxic(toxic: ProxyToxic): Promise<void> {
    if (!this.#toxics.includes(toxic)) return;
    this.#toxics = this.#toxics.filter((each) => each !== toxic);
    this.#doors.delete(toxic);
    this.#courses.get(toxic)?.[Symbol.dispose]();
    this.#courses.delete(toxic);
    for (const connection of this.#connections.values()) connection.remove(toxic);
    this.#emit({ type: 'toxic-removed', toxic: toxic.name });
    if (this.#wantsPort && this.#server === null) await this.#inTurn(() => this.#bind());
  }

  /**
   * Absent values stay. Connections are closed when an address changes and when it is disabled; toxics stay.
   *
   * @throws AddressError; it is disabled then, with the addresses that were asked for
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
      const isElsewhere =
        listenText !== this.#listen && addressText(await resolveListen(listenText)) !== this.#listen;
      if (isElsewhere || upstream !== this.#upstream) {
        this.#stop();
        if (isElsewhere) this.#listen = listenText;
        this.#upstream = upstream;
      }
      if (enabled === this.#enabled) return;
      if (!enabled) {
        this.#stop();
        return;
      }
      this.#enabled = true;
      try {
        await this.#bind();
      } catch (error) {
        this.#enabled = false;
        throw error;
      }
      this.#shut();
      this.#emit({ type: 'enabled' });
    });
  }

  /** Closes its port and its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inTurn(() => {
      this.#stop();
      for (const course of this.#courses.values()) course[Symbol.dispose]();
      return Promise.resolve();
    });
  }

  get #wantsPort(): boolean {
    return this.#enabled && !this.#toxics.some(isShutting);
  }

  async #bind(): Promise<void> {
    if (this.#server !== null) return;
    const address = await resolveListen(this.#listen).catch((error: Error) => {
      throw Object.assign(error, { message: `listen tcp: ${error.message}` });
    });
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

  /** While a toxic says so, nobody listens and no connection stays. */
  #shut(): void {
    if (this.#server === null || this.#wantsPort) return;
    this.#server.close();
    this.#server = null;
    for (const client of this.#waiting) reset(client);
    for (const connection of this.#connections.values()) connection.reset();
  }

  #stop(): void {
    this.#server?.close();
    this.#server = null;
    for (const client of this.#waiting) client.destroy();
    for (const connection of this.#connections.values()) connection.destroy();
    if (this.#enabled) this.#emit({ type: 'disabled' });
    this.#enabled = false;
  }

  async #changed(toxic: ProxyToxic): Promise<void> {
    for (const connection of this.#connections.values()) connection.change(toxic);
    this.#shut();
    if (this.#wantsPort && this.#server === null) await this.#inTurn(() => this.#bind());
  }

  #courseOf(toxic: ProxyToxic): ToxicCourse {
    const onOver = () => {
      this.#emit({ type: 'toxic-expired', toxic: toxic.name });
      this.removeToxic(toxic).catch((error: unknown) => this.#emit({ type: 'failed', error: String(error) }));
    };
    const onRamped = () => {
      this.#changed(toxic).catch((error: unknown) => this.#emit({ type: 'failed', error: String(error) }));
    };
    return new ToxicCourse(toxic, onRamped, onOver);
  }

  #accept(client: Socket): void {
    client.on('error', () => {
      // The connection's links see it too; here it only must not be unheard.
    });
    if (!this.#enabled) {
      reset(client);
      return;
    }
    const number = this.#accepted;
    this.#accepted += 1;
    this.counters.connections += 1;
    const admission = this.#admit(number);
    if ('refusedBy' in admission) {
      this.counters.affect(admission.refusedBy, client, 0);
      this.#emit({ type: 'connection-refused', connection: number, toxic: admission.refusedBy });
      reset(client);
      return;
    }
    if (admission.dialDelayMs > 0) this.#connectLater(client, number, admission.dialDelayMs);
    else this.#connect(client, number);
  }

  /** What the toxics at the door say about a new connection: all of them, each for itself. */
  #admit(number: number): { readonly dialDelayMs: number } | { readonly refusedBy: string } {
    let dialDelayMs = 0;
    for (const [toxic, door] of this.#doors) {
      const isHit = rollHits(toxic, this.#decide, siteOf(this.name, number));
      this.#emit({ type: 'connection-rolled', toxic: toxic.name, connection: number, isHit });
      if (!isHit) continue;
      const admission = door(systemClock.nowMs());
      if (admission === 'reset') return { refusedBy: toxic.name };
      if (admission.dialDelayMs > 0) dialDelayMs += admission.dialDelayMs;
    }
    return { dialDelayMs };
  }

  /** Until its dial, what a client sends waits in the kernel. */
  #connectLater(client: Socket, number: number, delayMs: number): void {
    const dial = setTimeout(() => {
      this.#waiting.delete(client);
      if (!client.destroyed) this.#connect(client, number);
    }, delayMs);
    this.#waiting.add(client);
    client.once('close', () => {
      clearTimeout(dial);
      this.#waiting.delete(client);
    });
  }

  #connect(accepted: Socket, number: number): void {
    const inlet = acceptedInlet(accepted);
    const client = inlet.socket;
    const {
      fullClose = false,
      resetUnreachable = false,
      dialTimeoutMs = defaultDialTimeoutMs,
    } = this.#options;
    const upstream = openUpstream(this.#upstream, dialTimeoutMs, (error) => {
      this.counters.dialFailures += 1;
      this.#emit({ type: 'dial-failed', connection: number, error: error.message });
      // What the client had sent by then is lost, which it is told.
      if (resetUnreachable || client.bytesRead > 0) reset(client);
      else client.destroy();
    });
    const connection = new ProxiedConnection(
      { client: inlet, upstream },
      { proxy: this.name, number, openedMs: systemClock.wallMs() },
      this.#decide,
      this.counters,
      {
        closed: ({ bytesUpstream, bytesDownstream }) => {
          this.#connections.delete(number);
          this.counters.openConnections -= 1;
          this.#emit({ type: 'connection-closed', connection: number, bytesUpstream, bytesDownstream });
        },
        happened: (happening) => this.#emit(happening),
      },
    );
    this.#connections.set(number, connection);
    this.counters.openConnections += 1;
    for (const toxic of this.#toxics) connection.add(toxic, true);
    if (fullClose)
      for (const { socket } of [{ socket: client }, upstream]) socket.once('end', () => connection.close());
    this.#emit({ type: 'connection-opened', connection: number, client: connection.client });
  }

  #emit(happening: Happening): void {
    this.#options.onEvent?.({ ...happening, proxy: this.name });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function isShutting(toxic: ProxyToxic): boolean {
  return toxic.kind.acts === 'on-connects' && toxic.kind.shutsPort === true && toxic.hitsAll;
}
