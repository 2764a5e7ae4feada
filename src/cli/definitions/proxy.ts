import type { Command } from 'commander';
import { commaSeparated } from '../comma-separated.js';
import type { ProxyCommandOptions } from '../commands/proxy.js';
import { wholeNumber } from '../whole-number.js';

/** `chaosx proxy`: the network fault proxy by itself. */
export function defineProxy(program: Command, exit: (code: number) => void): void {
  program
    .command('proxy')
    .description("run the network fault proxy, which speaks Toxiproxy's API, until Ctrl-C")
    .option('--api <address>', 'where its API listens', '127.0.0.1:8474')
    .option(
      '--config <file>',
      'proxies to begin with: a JSON array, as for POST /populate; "protocol": "udp" for UDP',
    )
    .option('--seed <number>', 'seed of every random choice; default: drawn, and printed', wholeNumber)
    .option(
      '--journal <file>',
      'write every seeded choice there, as JSON lines: the first 1,000, then counts',
    )
    .option('--token <text>', 'asked of every caller; needed to listen beyond loopback')
    .option('--allow-host <names>', 'comma-separated host names that callers may use', commaSeparated)
    .option('--proxy-metrics', 'serve metrics of proxies at /metrics, for Prometheus')
    .option('--runtime-metrics', 'serve metrics of this process at /metrics')
    .option(
      '--full-close',
      'close a connection when one side ends, as Toxiproxy does; default: keep its other half',
    )
    .option('--reset-unreachable', 'answer by a reset when the upstream cannot be reached; default: close')
    .addHelpText(
      'after',
      `
Examples:
  $ chaosx proxy
  $ chaosx proxy --config proxies.json --seed 42
  $ curl -d '{"name":"db","listen":"127.0.0.1:15432","upstream":"127.0.0.1:5432"}' 127.0.0.1:8474/proxies
  $ curl -d '{"type":"latency","attributes":{"latency":200}}' 127.0.0.1:8474/proxies/db/toxics`,
    )
    .action(async (options: ProxyCommandOptions) => {
      const { serveProxy } = await import('../commands/proxy.js');
      exit(await serveProxy(options));
    });
}
