// How often a seed decides the same in unmodified services over HTTP and files that many clients ask at once, through the
// agent. Goal (issue 6): 20 of 20. Decisions are compared by function, number of the call, and what was done to it.
//   node bench/same-seed.mjs [ROUNDS]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AgentHub } from '../dist/agent/agent-hub.js';
import { preloadEnvironment } from '../dist/agent/preload-environment.js';
import { corruptionOperators } from '../dist/model/corruption-operator.js';

const rounds = Number(process.argv[2] ?? 20);
const never = new AbortController().signal;
const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));
/** What these make hangs on calls from before. */
const ofEarlierCalls = ['stale', 'replay', 'enum-neighbour'];
const services = [
  {
    what: 'race_condition, 15 deposits in 3 accounts',
    root: pathOf('../test/fixtures/races/'),
    main: 'ledger-service.mjs',
    files: Object.fromEntries(['ada', 'grace', 'alan'].map((name) => [name, { balance: 0 }])),
    asks: ['ada', 'grace', 'alan'].flatMap((name) => Array.from({ length: 5 }, () => `${name}/1`)),
    components: [],
    effect: { kind: 'race', maxDelayMs: 20, budget: 0.5, gates: ['start', 'answer'] },
  },
  {
    what: 'state_corruption, 12 reads of an order',
    root: pathOf('../test/fixtures/orders-service/'),
    main: 'server.mjs',
    files: {
      a: {
        id: 'a-1',
        isPaid: false,
        lines: [
          { name: 'apple', price: 3, count: 2 },
          { name: 'pear', price: 4.5, count: 1 },
        ],
      },
    },
    asks: Array.from({ length: 12 }, () => 'a'),
    components: ['src/orders.mjs'],
    effect: {
      kind: 'corrupt',
      on: ['results', 'arguments'],
      operators: Object.keys(corruptionOperators).filter((operator) => !ofEarlierCalls.includes(operator)),
    },
  },
];

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function decisionsOf({ hub, get }, { asks, components, effect }, id, seed) {
  const fault = {
    kind: 'calls',
    name: 'bench',
    components,
    selection: { injectionRate: 0.6 },
    effect,
    activeMs: 60_000,
    seed,
  };
  const fired = [];
  const armed = await hub.arm(id, fault, (decision) => fired.push(decision), never);
  await Promise.all(asks.map((path) => get(path)));
  await armed.disarm(never);
  return fired.map(({ site, n, effect: done }) => `${site} ${n}: ${done}`).toSorted();
}

async function bench(service) {
  const { what, root, main, files } = service;
  const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-seed-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(content));
  }
  const modules = { root, patterns: service.components };
  const hub = await AgentHub.open(join(folder, 'agent'), { modules });
  const port = await freePort();
  const agent = preloadEnvironment(undefined, pathOf('../dist/agent/preload.cjs'), join(folder, 'agent'));
  const child = spawn(process.execPath, [main], {
    cwd: root,
    env: { ...process.env, ...agent, PORT: String(port), FOLDER: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const get = async (path) => (await fetch(`http://127.0.0.1:${port}/${path}`)).text();
  try {
    for (let tries = 0; tries < 100 && (await get('').catch(() => '')) === ''; tries += 1) await sleep(50);
    const runs = [];
    for (let round = 0; round < rounds; round += 1) {
      runs.push(await decisionsOf({ hub, get }, service, `bench-${round}`, 7));
    }
    const [first] = runs;
    const other = await decisionsOf({ hub, get }, service, 'bench-other', 8);
    const same = runs.filter((run) => run.join('\n') === first.join('\n')).length;
    const inOther = other.filter((decision) => first.includes(decision)).length;
    console.log(
      `  ${what.padEnd(42)} ${same} of ${rounds} runs with the same ${first.length} decisions (another seed: ${inOther} of its ${other.length} among them)`,
    );
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
    await hub[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(`Node ${process.versions.node}, one seed, clients beside each other`);
for (const service of services) await bench(service);
