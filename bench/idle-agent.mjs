// What an idle agent costs a real service: examples/checkout under autocannon, bare and with the agent in it, round by round.
// Two bare processes are compared with each other in the same way: that is the noise. Shares of bare, each with the 95 %
// interval of the mean over the rounds.
//   node bench/idle-agent.mjs [--rounds 10] [--seconds 2]
import autocannon from 'autocannon';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AgentHub } from '../dist/agent/agent-hub.js';
import { preloadEnvironment } from '../dist/agent/preload-environment.js';
import { momentsOf } from '../dist/judge/statistics/moments.js';
import { tInterval } from '../dist/judge/statistics/t-interval.js';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, seconds: { type: 'string', default: '2' } },
});
const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)];
const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const root = file('../examples/checkout');
const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-'));
const children = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
process.on('SIGINT', () => process.exit(130));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function start(script, env) {
  const port = await freePort();
  const child = spawn(process.execPath, [join(root, script)], {
    cwd: root,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    try {
      await fetch(url);
      return url;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function withAgent(name, facts) {
  const directory = join(folder, name);
  await AgentHub.open(directory, facts);
  return preloadEnvironment(process.env.NODE_OPTIONS, file('../dist/agent/preload.cjs'), directory);
}

const INVENTORY_URL = await start('inventory.mjs', {});
/** @type {{ name: string, url: string, rates: number[] }[]} */
const subjects = [];
for (const [name, env] of [
  ['bare', {}],
  ['bare, another process', {}],
  ['agent idle', await withAgent('idle', {})],
  ['agent idle, its modules in reach', await withAgent('modules', { modules: { root, patterns: ['*'] } })],
]) {
  subjects.push({
    name,
    url: `${await start('naive.mjs', { INVENTORY_URL, ...env })}/checkout/42`,
    rates: [],
  });
}

for (let round = -1; round < rounds; round += 1) {
  // Another first one each round, so that no place in the order is anybody's.
  for (let n = 0; n < subjects.length; n += 1) {
    const { url, rates } = subjects[(n + round + subjects.length) % subjects.length];
    const { requests, errors, non2xx } = await autocannon({ url, connections: 20, duration: seconds });
    if (errors + non2xx > 0) throw new Error(`${errors + non2xx} requests to ${url} failed`);
    // The first round warms up.
    if (round >= 0) rates.push(requests.average);
  }
}

const [bare] = subjects;
console.log(`${rounds} rounds of ${seconds} s, 20 connections: requests a second, and as a share of bare\n`);
for (const { name, rates } of subjects) {
  const shares = rates.map((rate, round) => rate / bare.rates[round]);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const interval = tInterval(momentsOf(shares), { least: 0, most: Number.POSITIVE_INFINITY });
  const text = interval === null ? '' : `, ×${mean(shares).toFixed(3)} (95 %: ${shown(interval)})`;
  console.log(`${name}: ${Math.round(mean(rates))}/s${text}`);
}
process.exit();

function shown({ lower, upper }) {
  return `${lower.toFixed(3)} to ${upper.toFixed(3)}`;
}
