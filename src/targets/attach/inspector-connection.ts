import http from 'node:http';
import { once } from 'node:events';
import { exempt } from '../../interpose/exempt.js';
import { ChaosError } from '../../model/chaos-error.js';
import type { Address } from '../../model/network.js';
import { systemClock } from '../../model/system-clock.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { formatAddress } from '../parse-address.js';
import { InspectorChannel } from './inspector-channel.js';

/** An open WebSocket to the inspector of a process; disposing ends it. */
export interface InspectorConnection extends AsyncDisposable {
  readonly channel: InspectorChannel;
}

/** What an inspector answers: served by a thread of its own, also while the program is busy. */
const answerLimitMs = 1_000;
const closeLimitMs = 500;

/** Where the inspector that listens at an address takes its WebSocket; null when there is none. Never rejects but when aborted. */
export async function inspectorUrl(address: Address, signal: AbortSignal): Promise<string | null> {
  const { host, port } = address;
  const limit = AbortSignal.any([signal, timeoutSignal(answerLimitMs)]);
  try {
    const request = exempt(() => http.get({ host, port, path: '/json/list', agent: false, signal: limit }));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    const [first] = JSON.parse(text) as readonly { readonly type?: string; readonly id?: string }[];
    // Its own text names a host that may be another here.
    return first?.type === 'node' && typeof first.id === 'string'
      ? `ws://${formatAddress(address)}/${first.id}`
      : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** @throws ChaosError INJECTION_FAILED when it does not open */
export async function connectInspector(url: string, signal: AbortSignal): Promise<InspectorConnection> {
  const { WebSocket } = await import('ws');
  signal.throwIfAborted();
  const socket = exempt(() => new WebSocket(url, { perMessageDeflate: false, maxPayload: 64 * 1024 * 1024 }));
  const channel = new InspectorChannel((text) => socket.send(text));
  const gone = (cause?: unknown) =>
    channel.close(
      new ChaosError('INJECTION_FAILED', 'the inspector of the target ended the connection', { cause }),
    );
  socket.on('message', (data: Buffer) => channel.receive(data.toString()));
  socket.on('close', () => gone());
  try {
    await once(socket, 'open', { signal });
  } catch (error) {
    socket.on('error', () => undefined);
    socket.terminate();
    signal.throwIfAborted();
    throw new ChaosError('INJECTION_FAILED', `expected the inspector to answer at ${url}`, { cause: error });
  }
  socket.on('error', gone);
  return {
    channel,
    [Symbol.asyncDispose]: async () => {
      if (socket.readyState === socket.CLOSED) return;
      const over = new AbortController();
      const late = systemClock.sleep(closeLimitMs, over.signal).then(
        () => socket.terminate(),
        () => undefined,
      );
      // What was told last still goes out.
      socket.close();
      await once(socket, 'close');
      over.abort();
      await late;
    },
  };
}
