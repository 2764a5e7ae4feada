import type { Server, Socket } from 'node:net';
import { type Decide, decisions } from '../model/decide.js';
import { systemClock } from '../model/system-clock.js';
import { acceptedInlet } from './accepted-inlet.js';
import { clientsServer } from './clients-server.js';
import { openUpstream } from './open-upstream.js';
import { ProxiedConnection, rollHits, siteOf } from './proxied-connection.js';
import type { ProxyToxic, ToxicSpec } from './proxy-toxic.js';
import { reset } from './reset.js';
import { RouteCounters } from './route-counters.js';
import { ToxicProxy, type ToxicProxyOptions } from './toxic-proxy.js';
import type { Admission } from './toxics/toxic-kind.js';

export interface FaultProxyOptions extends ToxicProxyOptions {
  /** When one side ends, close the whole connection, as Toxiproxy does. Default: its other half stays open. */
  readonly fullClose?: boolean;
  /** Answer a client whose upstream cannot be reached by a reset. Default: it is closed. */
  readonly resetUnreachable?: boolean;
  /** A dial without an answer is given up after so long. Default: 30 s. */
  readonly dialTimeoutMs?: number;
}

const defaultDialTimeoutMs = 30_000;

/** A TCP proxy on whose connections toxics act. They are added, changed and removed while bytes flow. */
export class FaultProxy extends ToxicProxy<ProxiedConnection> {
  readonly protocol = 'tcp';
  readonly counters = new RouteCounters();
  readonly #options: FaultProxyOptions;
  readonly #decide: Decide;
  readonly #connections = new Map<number, ProxiedConnection>();
  readonly #doors = new Map<ProxyToxic, (nowMs: number) => Admission>();
  /** Clients whose dial is still to come. */
  readonly #waiting = new Set<Socket>();
  #server: Server | null = null;
  #accepted = 0;

  /** @throws AddressError when it cannot listen there */
  static async open(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    for (const spec of options.toxics ?? []) proxy.addToxic(spec);
    if (options.enabled !== false) await proxy.update({ enabled: true });
    return proxy;
  }

  private constructor(options: FaultProxyOptions) {
    super(options);
    this.#options = options;
    this.#decide = decisions(options.seed);
  }

  get connections(): readonly ProxiedConnection[] {
    return [...this.#connections.values()];
  }

  connection(number: number): ProxiedConnection | undefined {
    return this.#connections.get(number);
  }

  override endConnection(number: number, gently: boolean): boolean {
    const connection = this.connection(number);
    if (gently) connection?.close();
    else connection?.reset();
    return connection !== undefined;
  }

  override addToxic(spec: ToxicSpec): ProxyToxic {
    const toxic = super.addToxic(spec);
    if (toxic.kind.acts === 'on-connects') this.#doors.set(toxic, toxic.kind.door(toxic));
    this.#shut();
    return toxic;
  }

  override async removeToxic(toxic: ProxyToxic): Promise<void> {
    this.#doors.delete(toxic);
    await super.removeToxic(toxic);
  }

  protected override async toxicsChanged(): Promise<void> {
    this.#shut();
    if (this.#wantsPort && this.#server === null) await this.inTurn(() => this.#bind());
  }

  protected override checkUpstream(): void {
    // Toxiproxy takes any text: what is no address cannot be reached, which clients see.
  }

  protected override async openPort(): Promise<void> {
    await this.#bind();
    this.#shut();
  }

  protected override closePort(): void {
    this.#server?.close();
    this.#server = null;
    for (const client of this.#waiting) client.destroy();
    for (const connection of this.#connections.values()) connection.destroy();
  }

  get #wantsPort(): boolean {
    return this.enabled && !this.toxics.some(isShutting);
  }

  async #bind(): Promise<void> {
    if (this.#server !== null) return;
    const { server, listen } = await clientsServer(this.listen, (client) => this.#accept(client));
    this.#server = server;
    this.listensOn(listen);
  }

  /** While a toxic says so, nobody listens and no connection stays. */
  #shut(): void {
    if (this.#server === null || this.#wantsPort) return;
    this.#server.close();
    this.#server = null;
    for (const client of this.#waiting) reset(client);
    for (const connection of this.#connections.values()) connection.reset();
  }

  #accept(client: Socket): void {
    client.on('error', () => {
      // The connection's links see it too; here it only must not be unheard.
    });
    if (!this.enabled) {
      reset(client);
      return;
    }
    const number = this.#accepted;
    this.#accepted += 1;
    this.counters.connections += 1;
    const admission = this.#admit(number);
    if ('refusedBy' in admission) {
      this.counters.affect(admission.refusedBy, client, 0);
      this.emit({ type: 'connection-refused', connection: number, toxic: admission.refusedBy });
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
      this.emit({ type: 'connection-rolled', toxic: toxic.name, connection: number, isHit });
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
    const upstream = openUpstream(this.upstream, dialTimeoutMs, (error) => {
      this.counters.dialFailures += 1;
      this.emit({ type: 'dial-failed', connection: number, error: error.message });
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
          this.emit({ type: 'connection-closed', connection: number, bytesUpstream, bytesDownstream });
        },
        happened: (happening) => this.emit(happening),
      },
    );
    this.#connections.set(number, connection);
    this.counters.openConnections += 1;
    this.addTo(connection);
    if (fullClose)
      for (const { socket } of [{ socket: client }, upstream]) socket.once('end', () => connection.close());
    this.emit({ type: 'connection-opened', connection: number, client: connection.client });
  }
}

function isShutting(toxic: ProxyToxic): boolean {
  return toxic.kind.acts === 'on-connects' && toxic.kind.shutsPort === true && toxic.hitsAll;
}
