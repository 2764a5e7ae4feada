import type { RemoteInfo, Socket } from 'node:dgram';
import { ChaosError } from '../../model/chaos-error.js';
import { type Decide, decisions } from '../../model/decide.js';
import { systemClock } from '../../model/system-clock.js';
import type { Way } from '../connection.js';
import { AddressError, addressText, listenError, resolveListen, splitAddress } from '../listen-address.js';
import type { Happening, ProxyEvent } from '../proxy-event.js';
import { ProxyToxic, type ToxicSpec } from '../proxy-toxic.js';
import { ToxicCourse } from '../toxic-course.js';
import { misfit } from '../toxics/misfit.js';
import type { Settings } from '../toxics/toxic-kind.js';
import { boundSocket, isClogged } from './datagram-socket.js';
import { HeldDatagrams } from './held-datagrams.js';
import { readKernelDrops } from './kernel-drops.js';
import { UdpCounters, type UdpStats } from './udp-counters.js';
import { type Sent, UdpSession } from './udp-session.js';

export interface UdpProxyOptions {
  readonly name: string;
  /** `host:port`; port 0 means any free one. */
  readonly listen: string;
  /** `host:port`, looked up for each new client. */
  readonly upstream: string;
  /** Default: true. */
  readonly enabled?: boolean;
  /** Of every choice of its toxics. */
  readonly seed: number;
  readonly toxics?: readonly ToxicSpec[];
  /** A client of which nothing came or went for so long is forgotten. Default: 60 s. */
  readonly idleMs?: number;
  /** So many clients at once; datagrams of others are dropped and counted as overload. Default: 1024. */
  readonly maxSessions?: number;
  readonly onEvent?: (event: ProxyEvent) => void;
}

const defaultIdleMs = 60_000;
const defaultMaxSessions = 1_024;
const looksPerIdle = 4;
/** Toxics of one proxy hold no more than that; what comes then is lost by overload. */
const mostHeldBytes = 67_108_864;

/** A UDP proxy on whose datagrams toxics act. Each client address is a session with a port of its own upstream. */
export class UdpProxy implements AsyncDisposable {
  readonly protocol = 'udp';
  readonly name: string;
  readonly #options: UdpProxyOptions;
  readonly #decide: Decide;
  readonly #counters = new UdpCounters();
  readonly #held = new HeldDatagrams(mostHeldBytes);
  readonly #sessions = new Map<string, UdpSession>();
  readonly #courses = new Map<ProxyToxic, ToxicCourse>();
  #toxics: readonly ProxyToxic[] = [];
  #listen: string;
  #upstream: string;
  #socket: Socket | null = null;
  #looks: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws AddressError when an address is none, or it cannot listen there */
  static async open(options: UdpProxyOptions): Promise<UdpProxy> {
    splitAddress(options.upstream);
    const proxy = new UdpProxy(options);
    for (const spec of options.toxics ?? []) proxy.addToxic(spec);
    if (options.enabled !== false) await proxy.update({ enabled: true });
    return proxy;
  }

  private constructor(options: UdpProxyOptions) {
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
    return this.#socket !== null;
  }

  /** Those that act from client to server first, each in the order of adding. */
  get toxics(): readonly ProxyToxic[] {
    const towards = (way: Way) => this.#toxics.filter((toxic) => toxic.way === way);
    return [...towards('from-target'), ...towards('to-target')];
  }

  get connections(): readonly UdpSession[] {
    return [...this.#sessions.values()];
  }

  toxic(name: string): ProxyToxic | undefined {
    return this.#toxics.find((toxic) => toxic.name === name);
  }

  connection(number: number): UdpSession | undefined {
    return this.connections.find((session) => session.number === number);
  }

  /**
   * Acts on open sessions at once. Its name must be free.
   *
   * @throws ChaosError INVALID_INPUT when it is not one for datagrams
   */
  addToxic(spec: ToxicSpec): ProxyToxic {
    const problem = misfit(spec.kind, 'udp');
    if (problem !== null) throw new ChaosError('INVALID_INPUT', problem);
    const toxic = new ProxyToxic(spec);
    this.#toxics = [...this.#toxics, toxic];
    for (const session of this.#sessions.values()) session.add(toxic);
    this.#courses.set(toxic, this.#courseOf(toxic));
    this.#emit({ type: 'toxic-added', toxic: toxic.name });
    return toxic;
  }

  /** At once on all sessions; their rolls stay. */
  changeToxic(toxic: ProxyToxic, settings: Settings, toxicity: number): Promise<void> {
    toxic.change(settings, toxicity);
    this.#emit({ type: 'toxic-changed', toxic: toxic.name });
    for (const session of this.#sessions.values()) session.change(toxic);
    return Promise.resolve();
  }

  /** What it held goes on at once, to the toxics behind it. */
  removeToxic(toxic: ProxyToxic): Promise<void> {
    if (!this.#toxics.includes(toxic)) return Promise.resolve();
    this.#toxics = this.#toxics.filter((each) => each !== toxic);
    this.#courses.get(toxic)?.[Symbol.dispose]();
    this.#courses.delete(toxic);
    for (const session of this.#sessions.values()) session.remove(toxic);
    this.#emit({ type: 'toxic-removed', toxic: toxic.name });
    return Promise.resolve();
  }

  /**
   * Absent values stay. Sessions are closed when an address changes and when it is disabled; toxics stay.
   *
   * @throws AddressError when an address is none, and nothing changes; or when it cannot listen there, and is disabled then
   */
  update(changes: {
    readonly listen?: string;
    readonly upstream?: string;
    readonly enabled?: boolean;
  }): Promise<void> {
    return this.#inTurn(async () => {
      const { listen = this.#listen, upstream = this.#upstream, enabled = this.enabled } = changes;
      splitAddress(upstream);
      const isElsewhere =
        listen !== this.#listen && addressText(await resolveListen(listen)) !== this.#listen;
      if (!enabled || isElsewhere || upstream !== this.#upstream) this.#stop();
      if (isElsewhere) this.#listen = listen;
      this.#upstream = upstream;
      if (!enabled || this.#socket !== null) return;
      await this.#bind();
      this.#emit({ type: 'enabled' });
    });
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

  /** Closes its port and its sessions. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inTurn(() => {
      this.#stop();
      for (const course of this.#courses.values()) course[Symbol.dispose]();
      return Promise.resolve();
    });
  }

  async #bind(): Promise<void> {
    const address = await resolveListen(this.#listen);
    if ('path' in address) throw new AddressError(`listen udp ${this.#listen}: not an address for UDP`);
    let socket: Socket;
    try {
      socket = await boundSocket(address);
    } catch (error) {
      throw new AddressError(listenError(error, address).message.replace('listen tcp', 'listen udp'));
    }
    socket.on('message', (payload, from) => this.#receive(payload, from));
    socket.on('error', (error) => this.#emit({ type: 'failed', error: error.message }));
    this.#listen = addressText({ host: address.host, port: socket.address().port });
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
        upstream: this.#upstream,
        decide: this.#decide,
        counters: this.#counters,
        held: this.#held,
        reply: (payload, sent) => this.#reply(from, payload, sent),
        hit: (toxic, way, datagram) => {
          if (this.#options.onEvent === undefined) return;
          const stream = way === 'from-target' ? 'upstream' : 'downstream';
          this.#emit({ type: 'datagram-hit', connection: number, toxic, stream, datagram });
        },
        failed: (error) => this.#emit({ type: 'dial-failed', connection: number, error: error.message }),
      },
      { number, client, openedMs: systemClock.wallMs() },
    );
    for (const toxic of this.#toxics) session.add(toxic);
    this.#emit({ type: 'connection-opened', connection: number, client });
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
  closeConnection(session: UdpSession): void {
    this.#close([session], null);
  }

  #close(sessions: readonly UdpSession[], socket: Socket | null): void {
    if (sessions.length === 0 && socket === null) return;
    const gone = new Set(sessions);
    for (const [client, session] of this.#sessions) if (gone.has(session)) this.#sessions.delete(client);
    this.#counters.kernelDrops += this.#kernelDrops(sessions, socket) ?? 0;
    for (const session of sessions) {
      session.close();
      const { number, bytesUpstream, bytesDownstream } = session;
      this.#emit({ type: 'connection-closed', connection: number, bytesUpstream, bytesDownstream });
    }
  }

  #stop(): void {
    clearInterval(this.#looks);
    const socket = this.#socket;
    if (socket === null) return;
    this.#close(this.connections, socket);
    this.#socket = null;
    socket.close();
    this.#emit({ type: 'disabled' });
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

  #courseOf(toxic: ProxyToxic): ToxicCourse {
    return new ToxicCourse(
      toxic,
      () => {
        for (const session of this.#sessions.values()) session.change(toxic);
      },
      () => {
        this.#emit({ type: 'toxic-expired', toxic: toxic.name });
        void this.removeToxic(toxic);
      },
    );
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
