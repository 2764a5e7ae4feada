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

const root = fileURLToPath(new URL('fixtures/orders-service/', import.meta.url));
const rounds = 20;
const clients = 12;
const order = {
  id: 'a-1',
  isPaid: false,
  at: 1_770_000_000_000,
  lines: [
    { name: 'apple', price: 3, count: 2 },
    { name: 'pear', price: 4.5, count: 1 },
  ],
};

const corruption = (seed: number): AgentFaults['calls'] => ({
  kind: 'calls',
  name: 'state_corruption',
  components: ['src/orders.mjs'],
  selection: { injectionRate: 0.6 },
  effect: {
    kind: 'corrupt',
    on: ['results', 'arguments'],
    // All but those that hang on what came before.
    operators: [
      'bit-flip',
      'off-by-one',
      'negate',
      'nan',
      'scale',
      'toggle',
      'truncate',
      'drop-field',
      'null',
      'reverse',
    ],
  },
  activeMs: 60_000,
  seed,
});

test('the same seed corrupts the same places to the same values in 20 of 20 runs of a concurrent service that knows nothing of it', async () => {
  await using agents = await openTestHub({ modules: { root, patterns: ['src/orders.mjs'] } });
  await using service = await startService(agents.variables);
  const runWith = async (seed: number) => {
    const fired: FiredDecision[] = [];
    const armed = await agents.hub.arm<'calls'>(
      `corruption-${seed}`,
      corruption(seed),
      (one) => fired.push(one),
      never,
    );
    const answers = await service.askAtOnce();
    const { matched, felt } = await armed.counts(never);
    await armed.disarm(never);
    return {
      matched,
      felt,
      answers,
      decisions: fired.map(({ site, n, effect }) => `${site} ${n}: ${effect}`).toSorted(),
    };
  };
  const sound = JSON.stringify([
    order,
    { audited: 4, of: { who: 'clerk', what: 'read' } },
    { cents: 1_500, days: 9 },
  ]);
  const undisturbed = Array.from({ length: clients }, () => sound);
  expect(await service.askAtOnce()).toEqual(undisturbed);
  const first = await runWith(7);
  expect(first.felt).toBe(first.decisions.length);
  expect(first.decisions.length).toBeGreaterThan(clients);
  expect(new Set(first.decisions.map((decision) => decision.split(' ')[0]))).toEqual(
    new Set(['src/orders.mjs#order', 'src/orders.mjs#audit', 'src/orders.mjs#postage']),
  );
  for (let round = 1; round < rounds; round += 1) {
    expect((await runWith(7)).decisions).toEqual(first.decisions);
  }
  expect((await runWith(8)).decisions).not.toEqual(first.decisions);
  expect(await service.askAtOnce()).toEqual(undisturbed);
});

interface Service extends AsyncDisposable {
  /** What many clients are answered, beside each other. */
  askAtOnce(): Promise<readonly string[]>;
}

async function startService(variables: Readonly<Record<string, string>>): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'chaosx-orders-'));
  await writeFile(join(folder, 'a.json'), JSON.stringify(order));
  const port = await closedPort();
  const child = spawn(nodeUnderTest, ['server.mjs'], {
    cwd: root,
    env: { ...process.env, ...variables, PORT: String(port), FOLDER: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit');
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}/${path}`)).text();
  while (!(await get('').catch(() => ''))) await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    async askAtOnce() {
      return (await Promise.all(Array.from({ length: clients }, () => get('a')))).toSorted();
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}
