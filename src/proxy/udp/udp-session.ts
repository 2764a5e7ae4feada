import type { Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { Decide } from '../../model/decide.js';
import type { Address } from '../../model/network.js';
import type { Way } from '../connection.js';
import { splitAddress } from '../listen-address.js';
import { rollHits, siteOf } from '../proxied-connection.js';
import type { ProxyToxic } from '../proxy-toxic.js';
import { DatagramLine } from './datagram-line.js';
import { datagramSocket, isClogged } from './datagram-socket.js';
import { type Datagram, type DatagramOutlet, type DatagramStage, instantStage } from './datagram-stage.js';
import type { HeldDatagrams } from './held-datagrams.js';
import type { UdpCounters } from './udp-counters.js';

/** Called with what became of a datagram that was to be sent. */
export type Sent = (error: Error | null, bytes: number) => void;

/** What a session has of its proxy. */
export interface SessionHost {
  readonly name: string;
  readonly upstream: string;
  readonly decide: Decide;
  readonly counters: UdpCounters;
  readonly held: HeldDatagrams;
  reply(payload: Buffer, sent: Sent): void;
  hit(toxic: string, way: Way, datagram: number): void;
  /** Its upstream cannot be reached: said once until it answers. */
  failed(error: Error): void;
}

/** Datagrams that wait for the upstream's name to be looked up. */
const mostEarly = 1_024;
const overloadCodes = new Set(['ENOBUFS', 'EAGAIN', 'ENOMEM']);

/** One client of a UDP proxy, with a socket of its own towards the upstream. */
export class UdpSession {
  readonly number: number;
  readonly client: string;
  /** On the wall clock. */
  readonly openedMs: number;
  bytesUpstream = 0;
  bytesDownstream = 0;
  /** Looks of its proxy since its last datagram. */
  quietLooks = 0;
  readonly #host: SessionHost;
  readonly #lines: Readonly<Record<Way, DatagramLine>>;
  readonly #hitBy = new Set<ProxyToxic>();
  #socket: Socket | null = null;
  #early: Buffer[] = [];
  #held = 0;
  #isClosed = false;
  #isFailing = false;

  constructor(
    host: SessionHost,
    facts: { readonly number: number; readonly client: string; readonly openedMs: number },
  ) {
    this.#host = host;
    this.number = facts.number;
    this.client = facts.client;
    this.openedMs = facts.openedMs;
    this.#lines = {
      'from-target': this.#line('from-target', (payload) => this.#sendUpstream(payload)),
      'to-target': this.#line('to-target', (payload) => this.#sendDownstream(payload)),
    };
    this.#connect().catch((error: Error) => {
      this.#fail(error);
      this.#dropEarly('undeliverable');
    });
  }

  /** The names of the toxics that act on it. */
  get toxics(): readonly string[] {
    return [...this.#hitBy].map(({ name }) => name);
  }

  get holdsNothing(): boolean {
    return this.#held === 0;
  }

  /** Of its socket towards the upstream. */
  get localAddress(): Address | null {
    if (this.#socket === null) return null;
    const { address, port } = this.#socket.address();
    return { host: address, port };
  }

  fromClient(payload: Buffer): void {
    this.#take('from-target', payload);
  }

  add(toxic: ProxyToxic): void {
    this.#lines[toxic.way].add(toxic.name, this.#stage(toxic));
  }

  change(toxic: ProxyToxic): void {
    const line = this.#lines[toxic.way];
    if (this.#hitBy.has(toxic) === this.#rollHits(toxic)) line.change(toxic.name);
    else line.replace(toxic.name, this.#stage(toxic));
  }

  remove(toxic: ProxyToxic): void {
    this.#hitBy.delete(toxic);
    this.#lines[toxic.way].remove(toxic.name);
  }

  /** What is held is dropped. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const [way, line] of Object.entries(this.#lines) as [Way, DatagramLine][]) {
      const before = this.#held;
      line.stop();
      this.#host.counters.ways[way].abandoned += before - this.#held;
    }
    this.#dropEarly('abandoned');
    this.#socket?.close();
    this.#socket = null;
  }

  #line(way: Way, send: (payload: Buffer) => void): DatagramLine {
    const { counters, held } = this.#host;
    return new DatagramLine({
      send,
      hit: (toxic, datagram: Datagram, isLost) => {
        counters.count(toxic, this, isLost);
        if (isLost) counters.ways[way].lostByToxics += 1;
        this.#host.hit(toxic, way, datagram.n);
      },
      copied: () => {
        counters.ways[way].copies += 1;
      },
      held: (datagram, change) => {
        held.change(datagram, change);
        this.#held += change;
      },
    });
  }

  #take(way: Way, payload: Buffer): void {
    const counters = this.#host.counters.ways[way];
    counters.received += 1;
    counters.receivedBytes += payload.length;
    this.quietLooks = 0;
    const { isFull } = this.#host.held;
    if (isFull) counters.lostByOverload += 1;
    this.#lines[way].take(payload, isFull);
  }

  #stage(toxic: ProxyToxic): (outlet: DatagramOutlet) => DatagramStage {
    const { kind } = toxic;
    if (kind.acts !== 'on-datagrams' || !this.#rollHits(toxic)) {
      this.#hitBy.delete(toxic);
      return (outlet) => instantStage((datagram) => outlet.push(datagram));
    }
    this.#hitBy.add(toxic);
    const site = `${this.#site} ${toxic.name}`;
    return (outlet) => kind.start(toxic, outlet, (rule) => this.#host.decide.at(rule, site));
  }

  #rollHits(toxic: ProxyToxic): boolean {
    return rollHits(toxic, this.#host.decide, this.#site);
  }

  get #site(): string {
    return siteOf(this.#host.name, this.number);
  }

  async #connect(): Promise<void> {
    const { host, port } = splitAddress(this.#host.upstream);
    const { address, family } = await lookup(host === '' ? 'localhost' : host);
    if (this.#isClosed) return;
    const socket = datagramSocket(family === 6 ? 6 : 4);
    socket.on('error', (error) => this.#fail(error));
    const connected = once(socket, 'connect');
    try {
      socket.connect(port, address);
      await connected;
    } catch (error) {
      socket.close();
      throw error;
    }
    if (this.#isClosed) {
      socket.close();
      return;
    }
    socket.on('message', (payload) => {
      this.#isFailing = false;
      this.#take('to-target', payload);
    });
    this.#socket = socket;
    const early = this.#early;
    this.#early = [];
    for (const payload of early) this.#sendUpstream(payload);
  }

  #sendUpstream(payload: Buffer): void {
    const socket = this.#socket;
    const counters = this.#host.counters.ways['from-target'];
    if (socket === null) {
      if (this.#isClosed) counters.abandoned += 1;
      else if (this.#early.length < mostEarly) this.#early.push(payload);
      else counters.lostByOverload += 1;
    } else if (isClogged(socket)) counters.lostByOverload += 1;
    else {
      socket.send(payload, this.#sentUpstream);
    }
  }

  #sendDownstream(payload: Buffer): void {
    this.#host.reply(payload, this.#sentDownstream);
  }

  readonly #sentUpstream: Sent = (error, bytes) => {
    this.#sent('from-target', error, bytes);
    if (error === null) this.bytesUpstream += bytes;
    else this.#fail(error);
  };

  readonly #sentDownstream: Sent = (error, bytes) => {
    this.#sent('to-target', error, bytes);
    if (error === null) this.bytesDownstream += bytes;
  };

  #sent(way: Way, error: NodeJS.ErrnoException | null, bytes: number): void {
    const counters = this.#host.counters.ways[way];
    if (error === null) {
      counters.sent += 1;
      counters.sentBytes += bytes;
    } else if (overloadCodes.has(error.code ?? '')) counters.lostByOverload += 1;
    else counters.undeliverable += 1;
  }

  #dropEarly(as: 'abandoned' | 'undeliverable'): void {
    this.#host.counters.ways['from-target'][as] += this.#early.length;
    this.#early = [];
  }

  #fail(error: Error): void {
    if (this.#isFailing || this.#isClosed) return;
    this.#isFailing = true;
    this.#host.failed(error);
  }
}
