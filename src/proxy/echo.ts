import { once } from 'node:events';
import type { Address } from '../model/network.js';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** An echo in the checker's own process, on a loopback port unless told otherwise: the far end of its samples. Keeps nothing alive. */
export class Echo implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  static async open({ host, port }: Address = { host: '127.0.0.1', port: 0 }): Promise<Echo> {
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket.unref());
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      socket.pipe(socket);
    });
    server.unref().listen(port, host);
    await once(server, 'listening');
    return new Echo(server, sockets);
  }

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    return Promise.resolve();
  }
}
