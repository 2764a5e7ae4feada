// Datagrams through the UDP proxy beside direct ones, in the same run, round by round: how many arrive, and which share of
// the others the proxy itself counts as lost by overload. The load is made by bench/udp-load.c, so `cc` is needed.
//   node bench/udp-proxy.mjs [--rounds 5] [--seconds 1] [--bytes 200]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    bytes: { type: 'string', default: '200' },
  },
});
const rates = [20_000, 40_000, 60_000, 80_000];
const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-udp-'));
const children = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
process.on('SIGINT', () => process.exit(130));

try {
  execFileSync('cc', ['-O2', '-pthread', '-o', join(folder, 'load'), file('./udp-load.c')]);
} catch {
  console.log('bench/udp-proxy.mjs needs a C compiler as `cc` for its load generator: skipped');
  process.exit();
}

function start(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  return { child, line: async () => (await once(lines, 'line'))[0] };
}

const load = start(join(folder, 'load'), []);
const direct = Number(await load.line());
const command = start(process.execPath, [
  file('../dist/cli/main.js'),
  'proxy',
  '--api',
  '127.0.0.1:0',
  '--seed',
  '1',
]);
const base = /http:\S+?(?=,)/.exec(await command.line())[0];

async function ask(method, path, body) {
  const response = await fetch(base + path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}

const overload = async (name) =>
  (await ask('GET', '/chaosx/metrics')).find(({ proxy }) => proxy === name).overload_loss.total;

async function create(name, toxics) {
  const spec = { name, protocol: 'udp', listen: '127.0.0.1:0', upstream: `127.0.0.1:${direct}`, toxics };
  return { name, port: Number((await ask('POST', '/chaosx/proxies', spec)).listen.split(':')[1]) };
}

const upstream = (type, attributes) => ({ type, attributes, stream: 'upstream' });
const subjects = [
  { name: 'direct', port: direct },
  await create('chaosx', []),
  await create('chaosx, 10 % loss', [upstream('drop', { probability: 0.1 })]),
  await create('chaosx, 20 ms delay', [upstream('delay', { delay: 20 })]),
];

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const percent = (values) => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(2)} % (${least.toFixed(2)}–${most.toFixed(2)})`;
};

const results = new Map();
for (let round = -1; round < Number(options.rounds); round += 1) {
  for (const rate of rates) {
    for (const { name, port } of subjects) {
      const before = name === 'direct' ? 0 : await overload(name);
      load.child.stdin.write(`${port} ${rate} ${options.seconds} ${options.bytes}\n`);
      const [sent, received, seconds] = (await load.line()).split(' ').map(Number);
      // The first round warms up.
      if (round < 0) continue;
      const lost = name === 'direct' ? 0 : (await overload(name)) - before;
      const key = `${rate} | ${name}`;
      const row = results.get(key) ?? { arrived: [], overload: [], perSecond: [] };
      results.set(key, row);
      row.arrived.push((100 * received) / sent);
      row.overload.push((100 * lost) / sent);
      row.perSecond.push(received / seconds);
    }
  }
}
console.log(`\nUDP, ${options.bytes} bytes, ${options.rounds} rounds, interleaved: median (least–most)`);
console.log(
  '| sent a second | through | arrived | lost by overload, as the proxy counts it | arrived a second |',
);
console.log('|---|---|---|---|---|');
for (const [key, { arrived, overload: lost, perSecond }] of results) {
  console.log(`| ${key} | ${percent(arrived)} | ${percent(lost)} | ${median(perSecond).toFixed(0)} |`);
}
process.exit();
