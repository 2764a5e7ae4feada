import type { Socket, TcpNetConnectOpts } from 'node:net';
import { askedConnect } from './asked-connect.js';
import { emittedError, observeEmitted } from './emitted-error.js';
import { enclosedSync } from './enclosed-calls.js';
import { loseEvents } from './lose-events.js';
import { inNextTurn } from './next-turn.js';
import type { PlatformHit, Failure } from './platform-call.js';

/**
 * A socket that emits the error and then 'close'. `before`: while it is connecting, which leads nowhere.
 * `after`: once it is connected, instead of 'connect'.
 */
export function failConnect(call: PlatformHit, failure: Failure): unknown {
  const socket = call.thisArg as Socket;
  const error = emittedError(failure);
  observeEmitted(call, socket);
  if (failure.moment === 'before') return breakConnect(call, failure, socket, error);
  loseEvents(socket, ['connect', 'ready'], (event) => {
    if (call.delays.isOver()) return false;
    if (event === 'ready') return true;
    failure.felt();
    socket.destroy(error);
    return true;
  });
  return call.proceed();
}

function breakConnect(call: PlatformHit, { felt }: Failure, socket: Socket, error: Error): unknown {
  const asked = askedConnect(call.args);
  if (asked === null) return call.proceed();
  const lookup: NonNullable<TcpNetConnectOpts['lookup']> = (_host, _options, answer) => {
    inNextTurn(() => {
      if (socket.destroyed || !socket.connecting) return;
      felt();
      if ((error as NodeJS.ErrnoException).syscall === 'getaddrinfo') answer(error, '', 0);
      else socket.destroy(error);
    });
  };
  // The platform's own connect, up to a look-up that never finds anything.
  const doomed = Object.create(asked.options, {
    host: { value: 'localhost', enumerable: true },
    lookup: { value: lookup, enumerable: true },
    localAddress: { value: undefined, enumerable: true },
    localPort: { value: undefined, enumerable: true },
  }) as TcpNetConnectOpts;
  const args = asked.callback === undefined ? [doomed] : [doomed, asked.callback];
  return enclosedSync(() => call.proceed(args));
}
