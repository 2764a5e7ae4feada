import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { AgentFaults } from '../src/model/agent-link.js';
import type { FiredDecision } from '../src/model/fault.js';
import { openTestHub } from './agent-rig.js';
import { closedPort, never } from './network-servers.js';
import { nodeUnderTest } from './node-under-test.js';

const program = fileURLToPath(new URL('fixtures/races/ledger-service.mjs', import.meta.url));
const rounds = 20;
const accounts = ['ada', 'grace', 'alan'];
const depositsEach = 5;

const races = (seed: number): AgentFaults['calls'] => ({
  kind: 'calls',
  name: 'race_condition',
  components: [],
  selection: { injectionRate: 0.6 },
  effect: { kind: 'race', maxDelayMs: 20, budget: 0.5, gates: ['start', 'answer'] },
  activeMs: 60_000,
  seed,
});

test('the same seed makes the same decisions in 20 of 20 runs of a concurrent service that knows nothing of it', async () => {
  await using agents = await openTestHub();
  await using service = await startLedger(agents.variables);
  const runWith = async (seed: number) => {
    await service.reset();
    const fired: FiredDecision[] = [];
    const armed = await agents.hub.arm<'calls'>(
      `races-${seed}`,
      races(seed),
      (one) => fired.push(one),
      never,
    );
    await service.depositAtOnce();
    const counts = await armed.counts(never);
    await armed.disarm(never);
    return { counts, decisions: fired.map(({ site, n, effect }) => `${site} ${n}: ${effect}`).toSorted() };
  };
  const first = await runWith(7);
  expect(first.decisions.length).toBeGreaterThan(10);
  expect(new Set(first.decisions.map((decision) => decision.split(' ')[0]))).toEqual(
    new Set(['fs.readFile', 'fs.appendFile', 'fs.writeFile', 'fs.rename']),
  );
  expect(first.counts).toMatchObject({
    matched: 4 * accounts.length * depositsEach,
    fired: first.decisions.length,
  });
  // Held back, as it was measured: not only decided.
  expect(first.counts.felt).toBe(first.counts.fired);
  expect(first.counts.feltMs / first.counts.felt).toBeGreaterThan(0.5);
  for (let round = 1; round < rounds; round += 1) {
    expect((await runWith(7)).decisions).toEqual(first.decisions);
  }
  expect((await runWith(8)).decisions).not.toEqual(first.decisions);
});

interface Ledger extends AsyncDisposable {
  /** Empties all accounts. */
  reset(): Promise<void>;
  /** Many users deposit, beside each other. */
  depositAtOnce(): Promise<void>;
}

async function startLedger(variables: Readonly<Record<string, string>>): Promise<Ledger> {
  const folder = await mkdtemp(join(tmpdir(), 'chaosx-ledger-'));
  const port = await closedPort();
  const child = spawn(nodeUnderTest, [program], {
    env: { ...process.env, ...variables, PORT: String(port), FOLDER: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit');
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}/${path}`)).text();
  while (!(await get('').catch(() => ''))) await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    async reset() {
      await Promise.all(
        accounts.map((account) => writeFile(join(folder, `${account}.json`), '{"balance":0}')),
      );
    },
    async depositAtOnce() {
      const deposits = accounts.flatMap((account) =>
        Array.from({ length: depositsEach }, () => `${account}/1`),
      );
      await Promise.all(deposits.map((path) => get(path)));
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}
