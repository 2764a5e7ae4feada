import type { Dialer } from '../model/dialer.js';
import type { ControlClient } from './control-client.js';

/** Asks an outgoing route to connect on behalf of this process. Its waits never keep the process alive. */
export function dialerClient(control: ControlClient, route: number, port: number): Dialer {
  let lastDial = 0;
  const tell = (op: 'claim' | 'abandon', facts: { dial: number; localPort: number }) => {
    // When the proxy is gone, what it had dialled is gone with it.
    control.askUnheld(op, { route, ...facts }).catch(() => undefined);
  };
  const abandon = (dial: number) => tell('abandon', { dial, localPort: 0 });
  return {
    port,
    get alive() {
      return control.isOpen;
    },
    dial: async (request, signal) => {
      lastDial += 1;
      const dial = lastDial;
      try {
        return await control.askUnheld('dial', { ...request, route, dial }, signal);
      } catch {
        if (signal.aborted) abandon(dial);
        return { outcome: 'unavailable' };
      }
    },
    lookUp: async (host) => {
      try {
        return (await control.askUnheld('lookUp', { route, host })).failure;
      } catch {
        return null;
      }
    },
    claim: (dial, localPort) => tell('claim', { dial, localPort }),
    abandon,
  };
}
