import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProcessIdentity } from '../src/model/receipt.js';
import { socketsOf } from '../src/targets/sockets-of.js';
import { tcpListeners } from '../src/targets/tcp-listeners.js';
import { nodeUnderTest } from './node-under-test.js';
import { identityOf } from '../src/undo/process-identity.js';

export interface RunningServer extends AsyncDisposable {
  readonly identity: ProcessIdentity;
  readonly pid: number;
  readonly url: string;
  readonly port: number;
  /** What it wrote so far. */
  output(): string;
  get(path: string): Promise<string>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface RunningServerOptions {
  /** Default: the Node under test. */
  readonly program?: string;
  readonly main?: 'running-server.cjs' | 'running-server.mjs';
  /** For Node. Default: its inspector takes any free port, so that tests do not meet at 9229. */
  readonly nodeOptions?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a service as if it had been there before; leaving its scope ends it. */
export async function startRunningServer(options: RunningServerOptions = {}): Promise<RunningServer> {
  const {
    program = nodeUnderTest,
    main = 'running-server.cjs',
    nodeOptions = ['--inspect-port=0'],
    args = [],
    env = {},
  } = options;
  const file = fileURLToPath(new URL(`fixtures/${main}`, import.meta.url));
  const child = spawn(program, ['--no-warnings', ...nodeOptions, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  let output = '';
  const port = new Promise<number>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const said = /^port (\d+)$/m.exec(output)?.[1];
        if (said !== undefined) resolve(Number(said));
      });
    }
  });
  const exited = once(child, 'exit');
  const identity = await identityOf(child.pid ?? 0);
  if (identity === null) throw new Error('the server did not start');
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  const listening = await Promise.race([port, exited.then(() => 0)]);
  if (listening === 0) throw new Error(`the server ended: ${output}`);
  const url = `http://127.0.0.1:${listening}`;
  return {
    identity,
    pid: identity.pid,
    url,
    port: listening,
    output: () => output,
    get: async (path) => {
      const response = await fetch(`${url}${path}`);
      const text = await response.text();
      return response.ok || text !== ''
        ? text
        : `an empty answer with ${response.status}, ${JSON.stringify(Object.fromEntries(response.headers))}`;
    },
    kill,
    [Symbol.asyncDispose]: () => kill('SIGKILL'),
  };
}

/** The ports at which it listens now. */
export function listeningPorts({ pid }: Pick<RunningServer, 'pid'>): readonly number[] {
  const own = socketsOf(pid);
  return tcpListeners(pid).flatMap(({ inode, address }) => (own.includes(inode) ? address.port : []));
}
