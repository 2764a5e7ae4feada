import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { waited } from './call-form.js';
import { holdBack } from './hold-back.js';
import { loseEvents } from './lose-events.js';
import type { PlatformHit, Slowness } from './platform-call.js';

/**
 * A request whose reply comes late: what its connection receives is held back, and no more is read meanwhile. So time
 * limits run out, and a request that is destroyed hangs up.
 */
export function slowRequest(call: PlatformHit, slowness: Slowness): unknown {
  const request = call.proceed() as ClientRequest;
  const wait = () => {
    if (call.delays.isOver()) return null;
    slowness.felt('delay');
    return call.observe(() => waited(call, slowness.delayMs, null));
  };
  loseEvents(request, ['socket'], (_event, [socket]) => {
    holdBack(socket as Socket, wait);
    return false;
  });
  return request;
}
