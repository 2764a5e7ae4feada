import type { Socket, TcpNetConnectOpts } from 'node:net';
import type { Dialer, DialRequest, ResolvedAddress } from '../model/dialer.js';
import type { LookupError } from '../model/lookup.js';
import { askedConnect, type AskedConnect } from './asked-connect.js';
import { connectError } from './connect-error.js';
import { dialThrough } from './dial-through.js';
import { connectSite } from './connect-site.js';
import { keepAliveFor } from './keep-alive.js';
import { interceptLookups } from './name-lookups.js';
import { type Attachment, attachLayer, type Layer } from './patched-site.js';
import { resolveAddresses } from './resolve-addresses.js';

/** The connect of one socket, through what else is patched there. */
type Connect = (...args: unknown[]) => Socket;

/** In the order of redirection: the last is the one that sockets connect to. */
let dialers: readonly Dialer[] = [];
let attachment: Attachment | undefined;
let putLookupsBack: (() => boolean) | undefined;

/**
 * Sends the TCP connects of this thread through a dialer, and asks it about the names that `dns.lookup` is to look up, from
 * now on; connections that exist are not touched.
 *
 * Everything built on `net` is covered: http, https, tls, fetch, and clients of databases. Not covered: Unix paths,
 * `exempt` connects, UDP, worker threads and child processes. Sockets get the failures of the real connect; only
 * `remoteAddress` and `remotePort` show where the dialer listens. A dead dialer is left out.
 *
 * @returns takes the dialer out again; with the last one, the original `net.Socket.prototype.connect` and `dns.lookup`
 *   are back, same functions and descriptors. Idempotent. Answers false when another wrapper was put around ours since: then ours
 *   stays beneath it and passes everything through.
 */
export function redirectOutgoing(dialer: Dialer): () => boolean {
  if (dialers.length === 0) {
    attachment?.detach();
    attachment = attachLayer(connectSite, redirection);
    putLookupsBack?.();
    putLookupsBack = interceptLookups(lookUp, () => aliveDialers().length > 0);
  }
  dialers = [...dialers, dialer];
  return () => {
    dialers = dialers.filter((each) => each !== dialer);
    return dialers.length > 0 || detach();
  };
}

/** True while `net.Socket.prototype.connect` is not the platform's because of us. */
export function isConnectPatched(): boolean {
  return attachment !== undefined;
}

function detach(): boolean {
  const isConnectBack = attachment === undefined || attachment.detach() === 'done';
  if (isConnectBack) attachment = undefined;
  const areLookupsBack = putLookupsBack?.() ?? true;
  if (areLookupsBack) putLookupsBack = undefined;
  return isConnectBack && areLookupsBack;
}

/** As the first dialer says that lets it fail. */
async function lookUp(host: string): Promise<LookupError | null> {
  for (const dialer of aliveDialers()) {
    const failure = await dialer.lookUp(host);
    if (failure !== null) return failure;
  }
  return null;
}

const redirection: Layer = {
  select: (args) => (aliveDialers().length > 0 && askedConnect(args) !== null ? 0 : -1),
  act(_n, call) {
    const asked = askedConnect(call.args);
    if (asked === null) return call.proceed();
    const connect: Connect = function (...instead) {
      return call.proceed(instead) as Socket;
    };
    return redirect(connect, call.thisArg as Socket, asked, aliveDialers());
  },
};

function aliveDialers(): readonly Dialer[] {
  return dialers.filter(({ alive }) => alive);
}

/**
 * Starts the platform's own connect, which waits for a `lookup` of ours: so the socket is connecting in every respect
 * (time limits, destroy, writes that wait) while the dialer dials. Then the lookup answers with the dialer's port,
 * or fails with the real connect's error.
 */
function redirect(connect: Connect, socket: Socket, asked: AskedConnect, ways: readonly Dialer[]): Socket {
  // A socket may connect anew from its `close`: that it is connecting does not show that this attempt goes on.
  const over = new AbortController();
  const giveUp = () => over.abort();
  // In ticks of their own: what listeners throw is an uncaught exception as ever, and no rejection of ours.
  const inTick = (act: () => void) => {
    process.nextTick(() => {
      if (over.signal.aborted) return;
      socket.off('close', giveUp);
      act();
    });
  };
  const goDirect = () => {
    inTick(() => {
      // The lookup of the first attempt is never answered, so that this is the only one.
      if (socket.connecting) connect(asked.options);
    });
  };
  const lookup: NonNullable<TcpNetConnectOpts['lookup']> = (_name, _options, callback) => {
    socket.once('close', giveUp);
    const answer = (error: Error | null) => inTick(() => callback(error, '127.0.0.1', 4));
    resolveAddresses(asked, (error, addresses) => {
      if (over.signal.aborted) return;
      if (error !== null) answer(error);
      // What the platform makes of an answer without a single address, it is to make itself.
      else if (addresses.length === 0) goDirect();
      else void dial(socket, asked, addresses, ways, { over: over.signal, answer, goDirect });
    });
  };
  const redirected = Object.create(asked.options, {
    // A literal address would not be looked up.
    host: { value: 'localhost', enumerable: true },
    port: { value: ways.at(-1)?.port, enumerable: true },
    lookup: { value: lookup, enumerable: true },
    family: { value: 4, enumerable: true },
    autoSelectFamily: { value: false, enumerable: true },
    localAddress: { value: undefined, enumerable: true },
    localPort: { value: undefined, enumerable: true },
  }) as TcpNetConnectOpts;
  return asked.callback === undefined ? connect(redirected) : connect(redirected, asked.callback);
}

interface Outcomes {
  /** Aborted when the socket closed. */
  readonly over: AbortSignal;
  /** The socket may connect to the last dialer, which will know it; or it fails. */
  readonly answer: (error: Error | null) => void;
  readonly goDirect: () => void;
}

/** Dials for a socket. Never rejects. */
async function dial(
  socket: Socket,
  { host, port, options }: AskedConnect,
  addresses: readonly ResolvedAddress[],
  ways: readonly Dialer[],
  { over, answer, goDirect }: Outcomes,
): Promise<void> {
  const { localAddress, localPort, autoSelectFamilyAttemptTimeout: attemptTimeoutMs } = options;
  const request: DialRequest = {
    addresses,
    port,
    peer: { host, port, addresses: addresses.map(({ address }) => address) },
    ...(localAddress && { localAddress }),
    ...(localPort && { localPort }),
    ...(attemptTimeoutMs && { attemptTimeoutMs }),
  };
  const letGo = keepAliveFor(socket);
  const dialled = await dialThrough(ways, request, over);
  letGo();
  if (over.aborted) {
    if (dialled.outcome === 'connected') ways.at(-1)?.abandon(dialled.dial);
    return;
  }
  switch (dialled.outcome) {
    case 'unavailable':
      goDirect();
      return;
    case 'failed':
      answer(connectError(dialled.failures));
      return;
    case 'connected': {
      const last = ways.at(-1);
      const claim = () => last?.claim(dialled.dial, socket.localPort ?? 0);
      socket.prependOnceListener('connect', claim);
      socket.once('close', () => {
        // The socket's next connect is another dial's.
        socket.off('connect', claim);
        last?.abandon(dialled.dial);
      });
      answer(null);
    }
  }
}
