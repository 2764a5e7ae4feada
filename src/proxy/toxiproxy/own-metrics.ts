import type { HttpProxy } from '../http/http-proxy.js';
import type { UdpProxy } from '../udp/udp-proxy.js';
import type { Metric } from './metric.js';
import type { AnyProxy } from './proxy-registry.js';

type Samples = Metric['samples'];

/** The metrics of proxies for HTTP and UDP; nothing of a protocol that no proxy has. */
export function ownMetrics(proxies: readonly AnyProxy[], http: readonly HttpProxy[]): readonly Metric[] {
  const udp = proxies.filter((proxy) => proxy.protocol === 'udp');
  return [...httpMetrics(http), ...udpMetrics(udp)].filter(({ samples }) => samples.length > 0);
}

function httpMetrics(proxies: readonly HttpProxy[]): readonly Metric[] {
  const each = (valueOf: (proxy: HttpProxy) => number): Samples =>
    proxies.map((proxy) => ({ labels: labelsOf(proxy), value: valueOf(proxy) }));
  const counter = (what: string, help: string, samples: Samples): Metric => ({
    name: `chaosx_http_${what}_total`,
    help,
    type: 'counter',
    samples,
  });
  return [
    counter(
      'connections',
      'Connections of clients.',
      each(({ counters }) => counters.connections),
    ),
    {
      name: 'chaosx_http_open_connections',
      help: 'Connections of clients that are open.',
      type: 'gauge',
      samples: each(({ counters }) => counters.openConnections),
    },
    counter(
      'requests',
      'Requests that came.',
      each(({ counters }) => counters.requests),
    ),
    counter(
      'answers',
      'Answers that clients were given.',
      proxies.flatMap((proxy) =>
        Object.entries(proxy.counters.byStatus).map(([status, value]) => ({
          labels: { status, ...labelsOf(proxy) },
          value,
        })),
      ),
    ),
    counter(
      'resets',
      'Connections that a rule reset.',
      each(({ counters }) => counters.resets),
    ),
    counter(
      'dial_failures',
      'Upstreams not reached.',
      each(({ counters }) => counters.dialFailures),
    ),
    counter(
      'rules_fired',
      'Requests that a rule acted on.',
      proxies.flatMap((proxy) =>
        proxy.rules.map(({ name, fired }) => ({ labels: { rule: name, ...labelsOf(proxy) }, value: fired })),
      ),
    ),
    counter(
      'sent_bytes',
      'Bytes that were passed on.',
      proxies.flatMap((proxy) =>
        directions.map((direction) => ({
          labels: { direction, ...labelsOf(proxy) },
          value: proxy.passedBytes[direction],
        })),
      ),
    ),
  ];
}

function udpMetrics(proxies: readonly UdpProxy[]): readonly Metric[] {
  const all = proxies.map((proxy) => ({ labels: labelsOf(proxy), stats: proxy.stats() }));
  const ways = (valueOf: (way: (typeof all)[number]['stats']['upstream']) => number): Samples =>
    all.flatMap(({ labels, stats }) =>
      directions.map((direction) => ({ labels: { direction, ...labels }, value: valueOf(stats[direction]) })),
    );
  const counter = (what: string, help: string, samples: Samples): Metric => ({
    name: `chaosx_udp_${what}_total`,
    help,
    type: 'counter',
    samples,
  });
  return [
    counter(
      'sessions',
      'Clients.',
      all.map(({ labels, stats }) => ({ labels, value: stats.sessions })),
    ),
    counter(
      'received_datagrams',
      'Datagrams that came.',
      ways(({ received }) => received),
    ),
    counter(
      'sent_datagrams',
      'Datagrams that were passed on.',
      ways(({ sent }) => sent),
    ),
    counter(
      'received_bytes',
      'Bytes that came.',
      ways(({ receivedBytes }) => receivedBytes),
    ),
    counter(
      'sent_bytes',
      'Bytes that were passed on.',
      ways(({ sentBytes }) => sentBytes),
    ),
    counter(
      'injected_losses',
      'Datagrams that toxics dropped.',
      ways(({ lostByToxics }) => lostByToxics),
    ),
    counter(
      'overload_losses',
      'Datagrams that were dropped because there were too many, here and in the kernel.',
      all.map(({ labels, stats }) => ({ labels, value: stats.overloadLoss.total })),
    ),
  ];
}

const directions = ['upstream', 'downstream'] as const;

function labelsOf({ name, listen, upstream }: HttpProxy | UdpProxy): Readonly<Record<string, string>> {
  return { proxy: name, listener: listen, upstream };
}
