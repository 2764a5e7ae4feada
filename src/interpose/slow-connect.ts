import dns from 'node:dns';
import { isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { askedConnect } from './asked-connect.js';
import { waited } from './call-form.js';
import type { PlatformHit, Slowness } from './platform-call.js';

type Lookup = NonNullable<TcpNetConnectOpts['lookup']>;

/** The platform's own connect, whose look-up takes so long. An address is looked up too, to itself. */
export function slowConnect(call: PlatformHit, slowness: Slowness): unknown {
  const asked = askedConnect(call.args);
  if (asked === null) return call.proceed();
  const { host, options, callback } = asked;
  const socket = call.thisArg as Socket;
  const family = isIP(host);
  const real: Lookup = family === 0 ? (options.lookup ?? dns.lookup) : itself(host, family);
  const lookup: Lookup = (name, wanted, answer) => {
    slowness.felt('delay');
    void call
      .observe(() => waited(call, slowness.delayMs, null))
      .then(() => {
        if (socket.connecting && !socket.destroyed) real(name, wanted, answer);
      });
  };
  const late = Object.create(options, {
    lookup: { value: lookup, enumerable: true },
    ...(family !== 0 && { host: { value: 'localhost', enumerable: true } }),
  }) as TcpNetConnectOpts;
  return call.proceed(callback === undefined ? [late] : [late, callback]);
}

function itself(address: string, family: number): Lookup {
  return (_name, { all = false }, answer) => {
    if (all) answer(null, [{ address, family }]);
    else answer(null, address, family);
  };
}
