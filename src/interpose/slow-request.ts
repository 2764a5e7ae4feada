import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { waited } from './call-form.js';
import { loseEvents } from './lose-events.js';
import type { PlatformHit, Slowness } from './platform-call.js';

type Push = Parameters<Socket['push']>;

/**
 * A request whose reply comes late: what its connection receives is held back, and no more is read meanwhile. So to the
 * platform nothing has come yet: time limits run out, and a request that is destroyed hangs up.
 */
export function slowRequest(call: PlatformHit, slowness: Slowness): unknown {
  const request = call.proceed() as ClientRequest;
  loseEvents(request, ['socket'], (_event, [socket]) => {
    holdBack(call, slowness, socket as Socket);
    return false;
  });
  return request;
}

function holdBack(call: PlatformHit, { delayMs, felt }: Slowness, socket: Socket): void {
  const held: Push[] = [];
  const letGo = () => {
    Reflect.deleteProperty(socket, 'push');
    if (socket.destroyed) return;
    for (const push of held) socket.push(...push);
  };
  const value = (...push: Push): boolean => {
    held.push(push);
    if (call.delays.isOver()) letGo();
    else if (held.length === 1) {
      felt('delay');
      void call.observe(() => waited(call, delayMs, null)).then(letGo);
    }
    // Read no further.
    return false;
  };
  Object.defineProperty(socket, 'push', { value, writable: true, configurable: true });
}
