import type { RemoteInfo, Socket } from 'node:dgram';
import { type Decide, decisions } from '../../model/decide.js';
import { systemClock } from '../../model/system-clock.js';
import { AddressError, addressText, listenError, resolveListen, splitAddress } from '../listen-address.js';
import { ToxicProxy, type ToxicProxyOptions } from '../toxic-proxy.js';
import { boundSocket, isClogged } from './datagram-socket.js';
import { HeldDatagrams } from './held-datagrams.js';
import { readKernelDrops } from './kernel-drops.js';
import { UdpCounters, type UdpStats } from './udp-counters.js';
import { type Sent, UdpSession } from './udp-session.js';

export interface UdpProxyOptions extends ToxicProxyOptions {
  /** A client of which nothing came or went for so long is forgotten. Default: 60 s. */
  readonly idleMs?: number;
  /** So many clients at once; datagrams of others are dropped and counted as overload. Default: 1024. */
  readonly maxSessions?: number;
}

const defaultIdleMs = 60_000;
const defaultMaxSessions = 1_024;
const looksPerIdle = 4;
/** Toxics of one proxy hold no more than that; what comes then is lost by overload. */
const mostHeldBytes = 67_108_864;

/** A UDP proxy on whose datagrams toxics act. Each client address is a session with a port of its own upstream. */
export class UdpProxy extends ToxicProxy<UdpSession> {
  readonly protocol = 'udp';
  readonly #options: UdpProxyOptions;
  readonly #decide: Decide;
  readonly #counters = new UdpCounters();
  readonly #held = new HeldDatagrams(mostHeldBytes);
  readonly #sessions = new Map<string, UdpSession>();
  #socket: Socket | null = null;
  #looks: NodeJS.Timeout | undefined;

  /** @throws AddressError when an address is none, or it cannot listen there */
  static async open(options: UdpProxyOptions): Promise<UdpProxy> {
    splitAddress(options.upstream);
    const proxy = new UdpProxy(options);
    for (const spec of options.toxics ?? []) proxy.addToxic(spec);
    if (options.enabled !== false) await proxy.update({ enabled: true });
    return proxy;
  }

  private constructor(options: UdpProxyOptions) {
    super(options);
    this.#options = options;
    this.#decide = decisions(options.seed);
  }

  get connections(): readonly UdpSession[] {
    return [...this.#sessions.values()];
  }

  connection(number: number): UdpSession | undefined {
    return this.connections.find((session) => session.number === number);
  }

  /** What each toxic acted on so far, also those that are gone. */
  get byToxic(): UdpStats['byToxic'] {
    return this.#counters.byToxic;
  }

  /** What passed it so far, and what did not and why. */
  stats(): UdpStats {
    const counters = this.#counters;
    const [up, down] = [counters.ways['from-target'], counters.ways['to-target']];
    const openDrops = this.#kernelDrops(this.connections, this.#socket);
    const kernel = openDrops === null ? null : openDrops + counters.kernelDrops;
    const queue = up.lostByOverload + down.lostByOverload;
    const withoutSession = counters.lostWithoutSession;
    return {
      sessions: counters.sessions,
      openSessions: this.#sessions.size,
      upstream: { ...up },
      downstream: { ...down },
      held: this.#held.count,
      injectedLoss: up.lostByToxics + down.lostByToxics,
      overloadLoss: {
        total: queue + withoutSession + (kernel ?? 0),
        queue,
        withoutSession,
        kernel,
      },
      byToxic: counters.byToxic,
    };
  }

  protected override toxicsChanged(): void {
    // A port for datagrams is open, whatever the toxics.
  }

  protected override checkUpstream(upstream: string): void {
    splitAddress(upstream);
  }

  protected override async openPort(): Promise<void> {
    const address = await resolveListen(this.listen);
    if ('path' in address) throw new AddressError(`listen udp ${this.listen}: not an address for UDP`);
    let socket: Socket;
    try {
      socket = await boundSocket(address);
    } catch (error) {
      throw new AddressError(listenError(error, address).message.replace('listen tcp', 'listen udp'));
    }
    socket.on('message', (payload, from) => this.#receive(payload, from));
    socket.on('error', (error) => this.emit({ type: 'failed', error: error.message }));
    this.listensOn(addressText({ host: address.host, port: socket.address().port }));
    this.#socket = socket;
    const { idleMs = defaultIdleMs } = this.#options;
    this.#looks = setInterval(() => this.#forgetIdle(), idleMs / looksPerIdle).unref();
  }

  #receive(payload: Buffer, from: RemoteInfo): void {
    const client = `${from.address} ${from.port}`;
    let session = this.#sessions.get(client);
    if (session === undefined) {
      const { maxSessions = defaultMaxSessions } = this.#options;
      if (this.#sessions.size >= maxSessions) {
        this.#counters.lostWithoutSession += 1;
        return;
      }
      session = this.#open(from);
      this.#sessions.set(client, session);
    }
    session.fromClient(payload);
  }

  #open(from: RemoteInfo): UdpSession {
    const number = this.#counters.sessions;
    this.#counters.sessions += 1;
    const client = addressText({ host: from.address, port: from.port });
    const session = new UdpSession(
      {
        name: this.name,
        upstream: this.upstream,
        decide: this.#decide,
        counters: this.#counters,
        held: this.#held,
        reply: (payload, sent) => this.#reply(from, payload, sent),
        hit: (toxic, way, datagram) => {
          if (this.#options.onEvent === undefined) return;
          const stream = way === 'from-target' ? 'upstream' : 'downstream';
          this.emit({ type: 'datagram-hit', connection: number, toxic, stream, datagram });
        },
        failed: (error) => this.emit({ type: 'dial-failed', connection: number, error: error.message }),
      },
      { number, client, openedMs: systemClock.wallMs() },
    );
    this.addTo(session);
    this.emit({ type: 'connection-opened', connection: number, client });
    return session;
  }

  #reply(to: RemoteInfo, payload: Buffer, sent: Sent): void {
    const socket = this.#socket;
    const counters = this.#counters.ways['to-target'];
    if (socket === null) counters.abandoned += 1;
    else if (isClogged(socket)) counters.lostByOverload += 1;
    else socket.send(payload, to.port, to.address, sent);
  }

  #forgetIdle(): void {
    const idle: UdpSession[] = [];
    for (const session of this.#sessions.values()) {
      session.quietLooks += 1;
      if (session.quietLooks > looksPerIdle && session.holdsNothing) idle.push(session);
    }
    this.#close(idle, null);
  }

  /** Forgets a client at once; what is held for it is dropped. */
  override endConnection(number: number): boolean {
    const session = this.connection(number);
    if (session !== undefined) this.#close([session], null);
    return session !== undefined;
  }

  #close(sessions: readonly UdpSession[], socket: Socket | null): void {
    if (sessions.length === 0 && socket === null) return;
    const gone = new Set(sessions);
    for (const [client, session] of this.#sessions) if (gone.has(session)) this.#sessions.delete(client);
    this.#counters.kernelDrops += this.#kernelDrops(sessions, socket) ?? 0;
    for (const session of sessions) {
      session.close();
      const { number, bytesUpstream, bytesDownstream } = session;
      this.emit({ type: 'connection-closed', connection: number, bytesUpstream, bytesDownstream });
    }
  }

  protected override closePort(): void {
    clearInterval(this.#looks);
    const socket = this.#socket;
    if (socket === null) return;
    this.#close(this.connections, socket);
    this.#socket = null;
    socket.close();
  }

  /** What the kernel dropped at open sockets so far; null where it does not tell. */
  #kernelDrops(sessions: readonly UdpSession[], socket: Socket | null): number | null {
    const dropsAt = readKernelDrops();
    if (dropsAt === null) return null;
    const own = socket?.address();
    const addresses = sessions.map(({ localAddress }) => localAddress).filter((each) => each !== null);
    if (own !== undefined) addresses.push({ host: own.address, port: own.port });
    return addresses.reduce((sum, address) => sum + dropsAt(address), 0);
  }
}
