import type { FaultProxy } from '../fault-proxy.js';
import type { ProxyRegistry } from './proxy-registry.js';
import type { Route } from './route.js';

/** Which of Toxiproxy's two groups of metrics are served. */
export interface MetricsOptions {
  readonly proxy: boolean;
  readonly runtime: boolean;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** The path at which Prometheus asks, by any method. */
export function metricsRoute(registry: ProxyRegistry, options: MetricsOptions): Route {
  const headers = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };
  return {
    path: '/metrics',
    methods: { '*': () => ({ status: 200, headers, body: prometheusText(registry.allClassic, options) }) },
  };
}

/** Metrics in Prometheus' text format. Bytes are counted as they flow, not when a connection ends. */
function prometheusText(proxies: readonly FaultProxy[], { proxy, runtime }: MetricsOptions): string {
  const metrics = [...(proxy ? proxyMetrics(proxies) : []), ...(runtime ? runtimeMetrics() : [])];
  return metrics.map(metricText).join('');
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

function metricText({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
