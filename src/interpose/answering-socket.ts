import { isIP, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CalledPeer } from '../model/scenario-parameters.js';
import { inNextTurn } from './next-turn.js';

type Done = () => void;

/**
 * A socket that connects in a moment and leads nowhere: it takes what is written, and what is `push`ed into it is what
 * the other end says.
 */
export function answeringSocket({ host, port }: CalledPeer, isSecure: boolean): Socket {
  const socket = new Socket();
  const waiting: Done[] = [];
  const take = (...args: readonly unknown[]) => {
    const done = args.at(-1) as Done;
    if (socket.connecting) waiting.push(done);
    else done();
  };
  hide(socket, {
    _write: take,
    _writev: take,
    _final: take,
    _read: () => undefined,
    _peername: {
      address: isIP(host) === 0 ? '127.0.0.1' : host,
      family: isIP(host) === 6 ? 'IPv6' : 'IPv4',
      port,
    },
  });
  Object.assign(socket, { connecting: true });
  if (isSecure) {
    Object.setPrototypeOf(socket, TLSSocket.prototype);
    Object.assign(socket, {
      encrypted: true,
      authorized: true,
      authorizationError: null,
      alpnProtocol: false,
    });
  }
  inNextTurn(() => {
    if (socket.destroyed) return;
    Object.assign(socket, { connecting: false });
    socket.emit('connect');
    socket.emit('ready');
    if (isSecure) socket.emit('secureConnect');
    for (const done of waiting.splice(0)) done();
  });
  return socket;
}

function hide(socket: Socket, members: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(socket, name, { value, writable: true, configurable: true });
}
