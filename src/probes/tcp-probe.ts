import { once } from 'node:events';
import net from 'node:net';
import { exempt } from '../interpose/exempt.js';
import { ChaosError } from '../model/chaos-error.js';
import type { Probe, TcpProbeSpec } from '../model/probe.js';
import { probeTiming } from './probe-timing.js';

/**
 * A probe that is healthy when `host:port` accepts a connection, which is closed at once and which no fault of ours
 * touches.
 *
 * @throws ChaosError INVALID_INPUT when it is not `host:port` (IPv6 hosts in brackets)
 */
export function tcpProbe(spec: TcpProbeSpec): Probe {
  const [, ipv6, name, digits] = /^(?:\[([^\]]+)\]|([^\s:[\]]+)):(\d+)$/.exec(spec.tcp) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new ChaosError('INVALID_INPUT', `expected host:port for probe ${spec.name}, got ${spec.tcp}`, {
      hint: 'write it like 127.0.0.1:5432 or [::1]:5432',
    });
  }
  return {
    ...probeTiming(spec),
    ticks: 'overlapping',
    async ask(signal) {
      const socket = exempt(() => net.connect({ host, port }));
      try {
        await once(socket, 'connect', { signal });
        // On Linux a socket that dials a free port of the ephemeral range may be given that port, and reach itself.
        const itself = socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress;
        return itself ? { ok: false, detail: 'nobody listens there' } : { ok: true };
      } finally {
        // The reset of a connection that is being destroyed is nobody's concern.
        socket.on('error', () => undefined);
        socket.destroy();
      }
    },
  };
}
