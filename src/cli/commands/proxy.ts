import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { ChaosError } from '../../model/chaos-error.js';
import { packageVersion } from '../../orchestrator/package-version.js';
import { splitAddress } from '../../proxy/listen-address.js';
import { ToxiproxyServer } from '../../proxy/toxiproxy/toxiproxy-server.js';
import { DecisionJournal } from '../../proxy/decision-journal.js';
import { reportError } from '../error-text.js';
import { JournalFile } from '../journal-file.js';
import { stopOnSignals } from '../stop-on-signals.js';

export interface ProxyCommandOptions {
  readonly api: string;
  readonly config?: string;
  readonly seed?: number;
  readonly journal?: string;
  readonly token?: string;
  readonly allowHost?: readonly string[];
  readonly proxyMetrics?: boolean;
  readonly runtimeMetrics?: boolean;
  readonly fullClose?: boolean;
  readonly resetUnreachable?: boolean;
}

/** Serves the API and its proxies until a signal comes. */
export async function serveProxy(options: ProxyCommandOptions): Promise<number> {
  const { stdout, stderr } = process;
  const {
    proxyMetrics = false,
    runtimeMetrics = false,
    fullClose = false,
    resetUnreachable = false,
  } = options;
  const config = options.config === undefined ? undefined : await readConfig(options.config);
  const seed = options.seed ?? randomInt(2 ** 31);
  using file =
    options.journal === undefined
      ? null
      : new JournalFile(options.journal, (error) =>
          stderr.write(`error: the journal ends here: ${error.message}\n`),
        );
  using journal = file === null ? null : new DecisionJournal(seed, file.write);
  using stop = stopOnSignals('only-serves');
  await using server = await ToxiproxyServer.listen({
    ...apiAddress(options.api),
    seed,
    version: packageVersion(),
    fullClose,
    resetUnreachable,
    ...(journal !== null && { onEvent: journal.take }),
    ...(options.token !== undefined && { token: options.token }),
    ...(options.allowHost !== undefined && { allowedHosts: options.allowHost }),
    ...((proxyMetrics || runtimeMetrics) && { metrics: { proxy: proxyMetrics, runtime: runtimeMetrics } }),
  });
  stdout.write(`chaosx proxy: API on ${server.url}, seed ${seed}\n`);
  try {
    const { config: path = '' } = options;
    const proxies = config === undefined ? [] : await server.populate(config, path);
    for (const { name, listen, upstream } of proxies) stdout.write(`  ${name}: ${listen} -> ${upstream}\n`);
  } catch (error) {
    // As Toxiproxy does: it serves all the same, and the API says what is there.
    stderr.write(reportError(error).text);
  }
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
  return 0;
}

function apiAddress(text: string): { readonly host: string; readonly port: number } {
  try {
    const { host, port } = splitAddress(text);
    return { host: host === '' ? '::' : host, port };
  } catch (cause) {
    throw new ChaosError('INVALID_INPUT', `expected --api to be host:port, got ${JSON.stringify(text)}`, {
      cause,
    });
  }
}

async function readConfig(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ChaosError('INVALID_INPUT', `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}
