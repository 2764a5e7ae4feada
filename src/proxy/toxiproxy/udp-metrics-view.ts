import type { UdpStats, UdpWayStats } from '../udp/udp-counters.js';

/** Datagrams of a UDP proxy: lost by toxics apart from lost by overload. */
export function udpMetricsView(stats: UdpStats) {
  const { sessions, openSessions, held, injectedLoss, overloadLoss } = stats;
  return {
    connections: sessions,
    open_connections: openSessions,
    upstream: wayView(stats.upstream),
    downstream: wayView(stats.downstream),
    held,
    injected_loss: injectedLoss,
    overload_loss: {
      total: overloadLoss.total,
      queue: overloadLoss.queue,
      without_session: overloadLoss.withoutSession,
      kernel: overloadLoss.kernel,
    },
    toxics: Object.fromEntries(
      Object.entries(stats.byToxic).map(([name, { sessions: connections, datagrams, lost }]) => [
        name,
        { connections, datagrams, lost },
      ]),
    ),
  };
}

function wayView(way: UdpWayStats) {
  return {
    received: way.received,
    sent: way.sent,
    received_bytes: way.receivedBytes,
    sent_bytes: way.sentBytes,
    copies: way.copies,
    lost_by_toxics: way.lostByToxics,
    lost_by_overload: way.lostByOverload,
    undeliverable: way.undeliverable,
    abandoned: way.abandoned,
  };
}
