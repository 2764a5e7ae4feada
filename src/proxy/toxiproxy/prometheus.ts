import type { FaultProxy } from '../fault-proxy.js';
import type { HttpRegistry } from '../http/http-registry.js';
import { type Metric, metricText } from './metric.js';
import { ownMetrics } from './own-metrics.js';
import type { ProxyRegistry } from './proxy-registry.js';
import type { Route } from './route.js';

/** Which of Toxiproxy's two groups of metrics are served. */
export interface MetricsOptions {
  readonly proxy: boolean;
  readonly runtime: boolean;
}

/**
 * The path at which Prometheus asks, by any method. Bytes are counted as they flow, not when a connection ends; proxies
 * that Toxiproxy does not have are counted under names of our own.
 */
export function metricsRoute(
  registry: ProxyRegistry,
  http: HttpRegistry,
  { proxy, runtime }: MetricsOptions,
): Route {
  const headers = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };
  const metrics = () => [
    ...(proxy ? [...proxyMetrics(registry.allClassic), ...ownMetrics(registry.all, http.all)] : []),
    ...(runtime ? runtimeMetrics() : []),
  ];
  return {
    path: '/metrics',
    methods: { '*': () => ({ status: 200, headers, body: metrics().map(metricText).join('') }) },
  };
}

function proxyMetrics(proxies: readonly FaultProxy[]): readonly Metric[] {
  const samples = proxies.flatMap(({ name, listen, upstream, counters }) =>
    [
      { direction: 'upstream', value: counters.bytesFromTarget },
      { direction: 'downstream', value: counters.bytesToTarget },
    ].map(({ direction, value }) => ({
      labels: { direction, proxy: name, listener: listen, upstream },
      value,
    })),
  );
  const of = (what: string, help: string): Metric => ({
    name: `toxiproxy_proxy_${what}_bytes_total`,
    help,
    type: 'counter',
    samples,
  });
  return [
    of('received', 'The total number of bytes received on a given proxy link in a given direction'),
    of('sent', 'The total number of bytes sent on a given proxy link in a given direction'),
  ];
}

function runtimeMetrics(): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  const one = (value: number) => [{ labels: {}, value }];
  return [
    {
      name: 'process_cpu_seconds_total',
      help: 'Total user and system CPU time spent in seconds.',
      type: 'counter',
      samples: one((user + system) / 1e6),
    },
    {
      name: 'process_resident_memory_bytes',
      help: 'Resident memory size in bytes.',
      type: 'gauge',
      samples: one(process.memoryUsage.rss()),
    },
  ];
}
