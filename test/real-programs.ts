import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessIdentity } from '../src/model/receipt.js';
import { faketimeLibrary } from '../src/targets/clock/faketime-library.js';
import { systemClock } from '../src/model/system-clock.js';
import { identityOf } from '../src/undo/process-identity.js';
import { closedPort, never } from './network-servers.js';

/** Where Debian has the newest of its PostgreSQLs; undefined without one. */
const postgresPrograms = programsOfPostgres();
const isRoot = process.geteuid?.() === 0;

/** Debian's redis-server is there. In CI its lack is an error. */
export const hasRedis = present('redis-server', spawnSync('redis-server', ['--version']).status === 0);
/** Debian's PostgreSQL is there, and can be run as its own user: it refuses root. In CI its lack is an error. */
export const hasPostgres = present('postgresql', postgresPrograms !== undefined && isRoot);

/** Debian's libfaketime is there. In CI its lack is an error. */
export const hasFaketime = present('libfaketime', faketimeLibrary() !== null);

function present(what: string, isThere: boolean): boolean {
  if (!isThere && process.env['CI'] === 'true') throw new Error(`this test needs ${what}`);
  return isThere;
}

function programsOfPostgres(): string | undefined {
  try {
    const [newest] = readdirSync('/usr/lib/postgresql').toSorted((a, b) => Number(b) - Number(a));
    return newest && `/usr/lib/postgresql/${newest}/bin`;
  } catch {
    return undefined;
  }
}

/** A program that was there before chaosx. */
export interface RealProgram extends AsyncDisposable {
  readonly port: number;
  readonly identity: ProcessIdentity;
}

/** How Redis is started on a port, with its files in a folder. */
export function redisCommand(port: number, folder: string): readonly string[] {
  return ['redis-server', '--port', String(port), '--save', '', '--dir', folder];
}

export async function startRedis(folder: string): Promise<RealProgram> {
  const port = await closedPort();
  const [program = '', ...args] = redisCommand(port, folder);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  for await (const text of child.stdout.setEncoding('utf8'))
    if (String(text).includes('Ready to accept')) break;
  const identity = await identityOf(child.pid ?? 0);
  if (identity === null) throw new Error('redis-server did not start');
  return {
    port,
    identity,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** What Redis answers to PING; null: no answer within half a second. */
export async function ping(port: number): Promise<string | null> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.setEncoding('utf8').write('PING\r\n');
    const [text] = (await once(socket, 'data', { signal: AbortSignal.timeout(500) })) as [string];
    return text;
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

/** Files of a new database, gone with their scope. */
export class PostgresFolder implements Disposable {
  readonly #path = mkdtempSync(join(tmpdir(), 'chaosx-postgres-'));
  readonly #data = join(this.#path, 'data');

  constructor() {
    chmodSync(this.#path, 0o711);
    mkdirSync(this.#data);
    execFileSync('chown', ['postgres', this.#data]);
    const args = ['-D', this.#data, '-A', 'trust', '--no-sync', '-U', 'postgres'];
    execFileSync('setpriv', asPostgres('initdb', ...args), { cwd: '/', stdio: 'pipe' });
  }

  /** How it is started on a port. */
  command(port: number): readonly string[] {
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
      dynamic_shared_memory_type: 'mmap',
    };
    const set = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return ['setpriv', ...asPostgres('postgres', '-D', this.#data, '-p', String(port), ...set)];
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { recursive: true, force: true });
  }
}

export async function startPostgres(folder: PostgresFolder): Promise<RealProgram> {
  const port = await closedPort();
  const [program = '', ...args] = folder.command(port);
  const child = spawn(program, args, { cwd: '/', stdio: 'ignore' });
  const exited = once(child, 'exit');
  const untilMs = systemClock.nowMs() + 10_000;
  while ((await query(port, 'select 1')) !== '1') {
    if (child.exitCode !== null || systemClock.nowMs() > untilMs) throw new Error('postgres did not start');
    await systemClock.sleep(50, never);
  }
  const identity = await identityOf(child.pid ?? 0);
  if (identity === null) throw new Error('postgres did not start');
  return {
    port,
    identity,
    async [Symbol.asyncDispose]() {
      // Its processes end with it, whatever state they are in.
      child.kill('SIGQUIT');
      await Promise.race([exited, systemClock.sleep(3_000, never)]);
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** What a query gives, as text; null: no answer within a second. */
export function query(port: number, sql: string): Promise<string | null> {
  const args = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-Atc', sql];
  return new Promise((resolve) => {
    execFile('psql', args, { timeout: 1_000, killSignal: 'SIGKILL' }, (error, stdout) =>
      resolve(error === null ? stdout.trim() : null),
    );
  });
}

function asPostgres(program: string, ...args: readonly string[]): readonly string[] {
  const path = `${postgresPrograms}/${program}`;
  return ['--reuid=postgres', '--regid=postgres', '--clear-groups', path, ...args];
}
