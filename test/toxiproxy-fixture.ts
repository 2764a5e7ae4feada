import { once } from 'node:events';
import http, { type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { ToxiproxyServer, type ToxiproxyServerOptions } from '../src/proxy/toxiproxy/toxiproxy-server.js';
import { echo, listen, type TestServer } from './network-servers.js';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One HTTP request as it is, without what a client would make of it. */
export async function ask(
  port: number,
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const request = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  return { status: response.statusCode ?? 0, headers: response.headers, body: text };
}

/** A server with a proxy `p` in front of an upstream; leaving its scope ends all of it. */
export class ProxyFixture implements AsyncDisposable {
  readonly server: ToxiproxyServer;
  readonly upstream: TestServer;
  readonly #sockets: Socket[] = [];
  #port = 0;

  static async open(
    serve: (socket: Socket) => void = echo,
    options: Partial<ToxiproxyServerOptions> = {},
  ): Promise<ProxyFixture> {
    const upstream = await listen(serve);
    const server = await ToxiproxyServer.listen({ port: 0, seed: 1, ...options });
    const fixture = new ProxyFixture(server, upstream);
    await fixture.create();
    return fixture;
  }

  private constructor(server: ToxiproxyServer, upstream: TestServer) {
    this.server = server;
    this.upstream = upstream;
  }

  get port(): number {
    return this.#port;
  }

  async ask(method: string, path: string, body?: object | string): Promise<RawAnswer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return await ask(this.server.address.port, method, path, text);
  }

  async create(changes: object = {}): Promise<void> {
    const upstream = `127.0.0.1:${this.upstream.port}`;
    const { status, body } = await this.ask('POST', '/proxies', {
      name: 'p',
      listen: '127.0.0.1:0',
      upstream,
      ...changes,
    });
    if (status !== 201) throw new Error(body);
    this.#port = Number((JSON.parse(body) as { listen: string }).listen.split(':')[1]);
  }

  /** @throws when it is not taken */
  async add(type: string, attributes: object = {}, more: object = {}): Promise<void> {
    const answer = await this.ask('POST', '/proxies/p/toxics', { type, attributes, ...more });
    if (answer.status !== 200) throw new Error(answer.body);
  }

  async addOwn(type: string, attributes: object = {}, more: object = {}): Promise<void> {
    const answer = await this.ask('POST', '/chaosx/proxies/p/toxics', { type, attributes, ...more });
    if (answer.status !== 201) throw new Error(answer.body);
  }

  async change(toxic: string, attributes: object, more: object = {}): Promise<void> {
    const answer = await this.ask('PATCH', `/proxies/p/toxics/${toxic}`, { attributes, ...more });
    if (answer.status !== 200) throw new Error(answer.body);
  }

  async remove(toxic: string): Promise<void> {
    const answer = await this.ask('DELETE', `/proxies/p/toxics/${toxic}`);
    if (answer.status !== 204) throw new Error(answer.body);
  }

  /** A connection of a client to the proxy. */
  async connect(): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port: this.#port, allowHalfOpen: true, noDelay: true });
    this.#sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.server[Symbol.asyncDispose]();
    await this.upstream[Symbol.asyncDispose]();
  }
}

/** Waits so many ms. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Everything that a socket brings from now on, as it stands at any time, and how it came to its end. */
export function record(socket: Socket): { text: string; ended: string | null; chunks: number[] } {
  const heard = { text: '', ended: null as string | null, chunks: [] as number[] };
  socket.on('data', (chunk: Buffer) => {
    heard.text += String(chunk);
    heard.chunks.push(chunk.length);
  });
  socket.on('end', () => (heard.ended ??= 'end'));
  socket.on('error', (error: NodeJS.ErrnoException) => (heard.ended ??= error.code ?? error.message));
  socket.on('close', () => (heard.ended ??= 'close'));
  return heard;
}
