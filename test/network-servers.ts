import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A signal that never aborts. */
export const never: AbortSignal = new AbortController().signal;

/** A server on a free loopback port; leaving its scope ends it with all its connections. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  readonly address: { readonly host: string; readonly port: number };
  readonly connections: number;
}

/** Serves each connection with `serve`; half-open connections are kept. */
export async function listen(serve: (socket: Socket) => void, host = '127.0.0.1'): Promise<TestServer> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  return await track(server, serve, host);
}

/** Starts any kind of net server on a free port. */
export async function track(
  server: Server,
  serve: (socket: Socket) => void,
  host = '127.0.0.1',
): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: { host, port },
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** An HTTP service that a target may depend on. */
export async function startUpstream() {
  const server = http.createServer((_request, response) => response.end('stock'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Sends back what comes, and ends when the other side does. */
export function echo(socket: Socket): void {
  socket.pipe(socket);
}

/** Ports of this worker: those of others are never taken, and none is taken twice. */
const workers = 4;
const [firstPort, portsEach] = [10_000, 5_500];
const ownFirst = firstPort + (Number(process.env['VITEST_POOL_ID'] ?? 0) % workers) * portsEach;
let nextPort = randomInt(portsEach);

/**
 * A port on loopback where nobody listens. Below the ephemeral range (32,768 on Linux): a port from inside it may be
 * given to any outgoing connection of this machine before the caller listens there.
 */
export async function closedPort(): Promise<number> {
  for (;;) {
    const port = ownFirst + (nextPort % portsEach);
    nextPort += 1;
    try {
      await using server = createServer().listen(port, '127.0.0.1');
      await once(server, 'listening');
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** All bytes until the end of a socket's stream; the socket itself is left open. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}

/** How a socket that should not work ends: the code of its error, or `end`. */
export async function fateOf(socket: Socket): Promise<string> {
  return await new Promise((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('end', () => resolve('end'));
    socket.on('close', () => resolve('close'));
    socket.resume();
  });
}

/** Self-signed for shop.test and 127.0.0.1, valid for a hundred years. Guards nothing. */
export const certificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7f/rtynCYy5Ghahp
YbwZqLQLv9QeLVyUlmhTFxQuiKOhRANCAAS7XLO/bRBt/aKzx819D2dgHfdUURSo
T2YQUe6NffOfSjOUlaiHLWAicCgD+3n4Rah36jv9nUOGL7IcCJzmiRmu
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIULdRDr/SJrCZac4tY5FZWdOMTJ1MwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJc2hvcC50ZXN0MCAXDTI2MTEyMzExNTUyMFoYDzIxMjYxMDMw
MTE1NTIwWjAUMRIwEAYDVQQDDAlzaG9wLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS7XLO/bRBt/aKzx819D2dgHfdUURSoT2YQUe6NffOfSjOUlaiHLWAi
cCgD+3n4Rah36jv9nUOGL7IcCJzmiRmuo28wbTAdBgNVHQ4EFgQUY8ZQvHUDIeaf
L3lvraGntwspS5swHwYDVR0jBBgwFoAUY8ZQvHUDIeafL3lvraGntwspS5swDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglzaG9wLnRlc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgU2BJzybu670itUHxMib7XTXt5uLz+EQcR70l1Y7Dm1oCICnN
s7ycl3Q5UxK/cCqTkrSUgtJJ8TxwadsTNm+Jze0i
-----END CERTIFICATE-----`,
};
