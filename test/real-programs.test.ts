import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Results } from '../src/model/results.js';
import { CliFolder } from './cli-process.js';
import { closedPort } from './network-servers.js';
import {
  hasPostgres,
  hasRedis,
  ping,
  PostgresFolder,
  query,
  type RealProgram,
  startPostgres,
  startRedis,
} from './real-programs.js';

/** A real program that is no Node, and how to ask it. */
interface Kind {
  readonly isThere: boolean;
  start(folder: CliFolder): Promise<RealProgram>;
  /** A command that fails unless it answers. */
  asks(port: number): string;
  answers(port: number): Promise<boolean>;
}

const kinds: Readonly<Record<string, Kind>> = {
  Redis: {
    isThere: hasRedis,
    start: ({ path }) => startRedis(path),
    asks: (port) => `redis-cli -p ${port} ping`,
    answers: async (port) => (await ping(port)) === '+PONG\r\n',
  },
  PostgreSQL: {
    isThere: hasPostgres,
    start: startOwnPostgres,
    asks: (port) => `psql -h 127.0.0.1 -p ${port} -U postgres -Atc "select 1"`,
    answers: async (port) => (await query(port, 'select 1')) === '1',
  },
};

async function startOwnPostgres(): Promise<RealProgram> {
  const files = new PostgresFolder();
  const program = await startPostgres(files);
  return {
    ...program,
    [Symbol.asyncDispose]: async () => {
      await program[Symbol.asyncDispose]();
      files[Symbol.dispose]();
    },
  };
}

async function run(folder: CliFolder, target: object, command: string, scenario: object) {
  const experiment = {
    name: 'A real program',
    targetSystem: { name: 'program', ...target },
    probes: [{ name: 'asked', command, every: '200ms', timeout: '500ms' }],
    scenarios: [{ duration: '1500ms', ...scenario }],
    successCriteria: { passRate: 0 },
    baseline: '500ms',
    holdTime: '300ms',
    maxRecoveryWait: '10s',
  };
  writeFileSync(join(folder.path, 'real.yaml'), JSON.stringify(experiment));
  const { stdout, stderr } = await folder.run('run', 'real.yaml', '--yes', '--json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Results;
}

describe.each(Object.entries(kinds))('%s', (_name, { isThere, start, asks, answers }) => {
  test.skipIf(!isThere).each([
    ['stands still', 'process_pause'],
    ['has no file descriptor left', 'fd_exhaustion'],
  ])('that %s answers nobody, and does again afterwards', async (_what, use) => {
    using folder = new CliFolder();
    await using program = await start(folder);
    const { port, identity } = program;
    const results = await run(folder, { pid: identity.pid }, asks(port), { use });
    expect({ verdict: results.verdict, reason: results.reason }).toEqual({
      verdict: 'held',
      reason: expect.anything() as unknown,
    });
    expect(results.scenarios[0]).toMatchObject({ backend: 'process', evidence: { active: 'yes' } });
    expect(results.metrics.passRate).toBeLessThan(1);
    expect(results.cleanExit).toMatchObject({ clean: true, leftovers: [] });
    expect(await answers(port)).toBe(true);
  });

  test.skipIf(!isThere)('that is cut off is not reached, and is again afterwards', async () => {
    using folder = new CliFolder();
    await using program = await start(folder);
    const front = await closedPort();
    const target = { address: `127.0.0.1:${program.port}`, listen: `127.0.0.1:${front}` };
    const results = await run(folder, target, asks(front), { use: 'network_partition' });
    expect({ verdict: results.verdict, reason: results.reason }).toEqual({
      verdict: 'held',
      reason: expect.anything() as unknown,
    });
    expect(results.scenarios[0]).toMatchObject({ backend: 'proxy', evidence: { active: 'yes' } });
    expect(results.metrics.passRate).toBeLessThan(0.5);
    expect(results.cleanExit).toMatchObject({ clean: true, leftovers: [] });
    expect(await answers(program.port)).toBe(true);
  });
});
