import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createUdpProxy, type CreateUdpProxyOptions, type UdpProxy } from '../src/proxy/index.js';
import { pause } from './toxiproxy-fixture.js';

/** So many fit into the smallest buffer that Linux gives by default. */
const batch = 200;

/** A UDP service that keeps what comes, a proxy in front of it, and clients of the proxy. */
export class UdpFixture implements AsyncDisposable {
  readonly proxy: UdpProxy;
  /** What reached the service, in order. */
  readonly arrived: Buffer[] = [];
  readonly #service: Socket;
  readonly #clients: Socket[] = [];

  /** @param answers - how often the service sends back what comes */
  static async open(options: Partial<CreateUdpProxyOptions> = {}, answers = 0): Promise<UdpFixture> {
    const service = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 });
    service.bind(0, '127.0.0.1');
    await once(service, 'listening');
    const proxy = await createUdpProxy({ upstream: `127.0.0.1:${service.address().port}`, ...options });
    return new UdpFixture(proxy, service, answers);
  }

  private constructor(proxy: UdpProxy, service: Socket, answers: number) {
    this.proxy = proxy;
    this.#service = service;
    service.on('message', (payload, from) => {
      this.arrived.push(payload);
      for (let n = 0; n < answers; n += 1) service.send(payload, from.port, from.address);
    });
  }

  get servicePort(): number {
    return this.#service.address().port;
  }

  /** A client of the proxy, and what it is answered. */
  async client(): Promise<{ readonly socket: Socket; readonly answers: Buffer[] }> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 });
    this.#clients.push(socket);
    socket.connect(Number(this.proxy.listen.split(':')[1]), '127.0.0.1');
    await once(socket, 'connect');
    const answers: Buffer[] = [];
    socket.on('message', (payload) => answers.push(payload));
    return { socket, answers };
  }

  /** Sends so many numbered datagrams, no faster than the proxy reads them. */
  async send(socket: Socket, count: number, from = 0): Promise<void> {
    const before = this.proxy.stats().upstream.received;
    for (let n = 0; n < count; ) {
      for (const end = Math.min(count, n + batch); n < end; n += 1) socket.send(numbered(from + n));
      for (let tries = 0; this.proxy.stats().upstream.received < before + n; tries += 1) {
        if (tries > 5_000) throw new Error(JSON.stringify(this.proxy.stats()));
        await pause(0);
      }
    }
  }

  /** Waits until the service has all that the proxy sent. */
  async settle(): Promise<void> {
    const isDone = () => {
      const { upstream, held } = this.proxy.stats();
      const { received, copies, sent, lostByToxics } = upstream;
      return held === 0 && received + copies === sent + lostByToxics && this.arrived.length === sent;
    };
    for (let tries = 0; !isDone(); tries += 1) {
      if (tries > 2_000)
        throw new Error(JSON.stringify({ ...this.proxy.stats(), arrived: this.arrived.length }));
      await pause(5);
    }
  }

  get numbers(): readonly number[] {
    return this.arrived.map((payload) => payload.readUInt32BE(0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.proxy[Symbol.asyncDispose]();
    this.#service.close();
  }
}

/** A datagram that can be told from others: its number, and bytes that follow from it. */
export function numbered(n: number): Buffer {
  const payload = Buffer.alloc(32, n % 251);
  payload.writeUInt32BE(n, 0);
  return payload;
}

/** Numbers below `count` that are not among those. */
export function missingFrom(numbers: readonly number[], count: number): readonly number[] {
  const there = new Set(numbers);
  return Array.from({ length: count }, (_, n) => n).filter((n) => !there.has(n));
}
