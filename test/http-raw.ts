import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createHttpProxy, type CreateHttpProxyOptions, type HttpProxy } from '../src/proxy/index.js';
import { listen, type TestServer } from './network-servers.js';

/** An upstream of raw bytes with a proxy in front of it. */
export interface RawFixture extends AsyncDisposable {
  readonly proxy: HttpProxy;
  readonly upstream: TestServer;
  /** A connection of a client; leaving the fixture's scope ends it. */
  connect(): Promise<Wire>;
}

/** A connection seen by one side, with all that came. */
export class Wire {
  readonly socket: Socket;
  text = '';
  ended: string | null = null;
  #wake = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1');
      this.#wake();
    });
    for (const name of ['end', 'close', 'error']) {
      socket.on(name, (error?: NodeJS.ErrnoException | boolean) => {
        this.ended ??= typeof error === 'object' ? (error.code ?? 'error') : name;
        this.#wake();
      });
    }
  }

  write(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  /** Waits until what came is as wanted. */
  async until(isIt: (wire: Wire) => boolean): Promise<string> {
    const giveUp = AbortSignal.timeout(8_000);
    while (!isIt(this)) {
      if (giveUp.aborted) throw new Error(`only this came: ${JSON.stringify(this.text)}, end: ${this.ended}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 200).unref();
      });
    }
    return this.text;
  }

  async untilText(text: string): Promise<string> {
    return await this.until((wire) => wire.text.includes(text));
  }

  async untilEnd(): Promise<string> {
    await this.until((wire) => wire.ended !== null);
    return this.ended ?? '';
  }
}

/** @param serve - each connection to the upstream, which is as the proxy makes it */
export async function rawFixture(
  serve: (wire: Wire) => void,
  options: Partial<CreateHttpProxyOptions> = {},
): Promise<RawFixture> {
  const upstream = await listen((socket) => serve(new Wire(socket)));
  const proxy = await createHttpProxy({ upstream: `127.0.0.1:${upstream.port}`, ...options });
  const sockets: Socket[] = [];
  return {
    proxy,
    upstream,
    connect: async () => {
      const port = Number(proxy.listen.split(':')[1]);
      const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
      sockets.push(socket);
      await once(socket, 'connect');
      return new Wire(socket);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await proxy[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

/** Answers each whole request without a body. */
export function answerWith(answer: string): (wire: Wire) => void {
  return (wire) => {
    let answered = 0;
    wire.socket.on('data', () => {
      const requests = wire.text.split('\r\n\r\n').length - 1;
      for (; answered < requests; answered += 1) wire.write(answer);
    });
    wire.socket.on('end', () => wire.socket.end());
  };
}
