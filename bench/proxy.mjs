// The proxy beside a direct connection, a relay in C and a plain pipe, in the same run, round by round; and beside Toxiproxy
// where a toxiproxy-server is on the PATH. The load is made by a C program (bench/proxy-load.c), so `cc` is needed; and by iperf3
// and redis-benchmark where these are on the PATH (Debian: iperf3, redis-server).
//   npm run bench:proxy -- [--rounds 7] [--seconds 1] [--only speed,tools,latency,memory,dying,storm]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { storm } from './proxy-storm.mjs';
import { startTools } from './proxy-tools.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '1' },
    only: { type: 'string', default: 'speed,tools,latency,memory,dying,storm' },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const megabytes = 1_500 * seconds;
const parts = new Set(options.only.split(','));
const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-'));
const load = join(folder, 'load');
const children = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
process.on('SIGINT', () => process.exit(130));

try {
  execFileSync('cc', ['-O2', '-o', load, file('./proxy-load.c')]);
} catch {
  console.log('bench:proxy needs a C compiler as `cc` for its load generator: skipped');
  process.exit();
}

/** Starts a process and waits for its first line. */
async function start(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { child, line: line.trim() };
}

async function measure(...args) {
  const child = spawn(load, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more) => (text += more));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`load ${args.join(' ')} failed`);
  return text.trim().split(' ').map(Number);
}

async function api(base, method, path, body) {
  const response = await fetch(base + path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return await response.text();
}

const server = await start(load, ['serve']);
const tools = parts.has('tools') ? await startTools(children, seconds) : { ports: [], loads: [] };
const direct = [...server.line.split(' ').map(Number), ...tools.ports];
const [sink, source, echo] = [0, 1, 2];

/** A server of Toxiproxy's API with a proxy in front of each port. */
async function behind(name, base, pid) {
  const ports = [];
  for (const [n, port] of direct.entries()) {
    const spec = { name: `p${n}`, listen: '127.0.0.1:0', upstream: `127.0.0.1:${port}` };
    const { listen } = JSON.parse(await api(base, 'POST', '/proxies', spec));
    ports.push(Number(listen.split(':')[1]));
  }
  return { name, ports, base, pid };
}

async function startChaosx() {
  const { child, line } = await start(process.execPath, [
    file('../dist/cli/main.js'),
    'proxy',
    '--api',
    '127.0.0.1:0',
    '--seed',
    '1',
  ]);
  return await behind('chaosx', /http:\S+?(?=,)/.exec(line)[0], child.pid);
}

async function startToxiproxy() {
  try {
    const port = 20_000 + (process.pid % 10_000);
    const child = spawn('toxiproxy-server', ['-port', String(port)], {
      stdio: 'ignore',
      env: { ...process.env, LOG_LEVEL: 'error' },
    });
    children.push(child);
    await once(child, 'spawn');
    await new Promise((resolve) => setTimeout(resolve, 500));
    return await behind('toxiproxy', `http://127.0.0.1:${port}`, child.pid);
  } catch {
    console.log('no toxiproxy-server on the PATH: not measured beside\n');
    return null;
  }
}

async function startPipe() {
  const { child, line } = await start(process.execPath, [file('./plain-pipe.mjs'), ...direct.map(String)]);
  return { name: 'plain pipe', ports: line.split(' ').map(Number), pid: child.pid };
}

/** What any proxy of one thread costs at least: two reads and two writes a round trip. */
async function startRelay() {
  const { child, line } = await start(load, ['relay', ...direct.map(String)]);
  return { name: 'relay in C', ports: line.split(' ').map(Number), pid: child.pid };
}

/** CPU time that a process used so far, in s, and what of it in the kernel: its cost, however busy the machine is. */
function cpuOf(pid) {
  if (pid === undefined) return { all: 0, kernel: 0 };
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const [user, kernel] = [Number(fields[11]) / 100, Number(fields[12]) / 100];
  return { all: user + kernel, kernel };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = (values) => `${Math.min(...values).toPrecision(3)}–${Math.max(...values).toPrecision(3)}`;

function table(title, columns, results) {
  console.log(`\n${title}`);
  console.log(`| | ${columns.join(' | ')} |\n|---|${columns.map(() => '---').join('|')}|`);
  for (const [name, byColumn] of Object.entries(results)) {
    const cells = columns.map((column) => {
      const values = byColumn[column];
      if (values === undefined) return '–';
      const share =
        results.direct === undefined || name === 'direct'
          ? ''
          : `, ×${(median(values) / median(results.direct[column])).toFixed(2)}`;
      return `${median(values).toPrecision(3)}${share} (${spread(values)})`;
    });
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}

function record(results, name, column, value) {
  ((results[name] ??= {})[column] ??= []).push(value);
}

const subjects = [
  { name: 'direct', ports: direct },
  await startRelay(),
  await startPipe(),
  await startChaosx(),
  ...[await startToxiproxy()].filter((each) => each !== null),
];
const proxies = subjects.filter(({ base }) => base !== undefined);

console.log(`${rounds} rounds, interleaved: median, share of direct (least–most)`);

if (parts.has('speed')) {
  const results = {};
  const costs = [];
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, ports, pid } of subjects) {
      const cost = async (column, unit, ...args) => {
        const before = cpuOf(pid);
        const measured = await measure(...args);
        const after = cpuOf(pid);
        // The first round warms up.
        if (pid === undefined || round < 0) return measured;
        costs.push([name, column, (after.all - before.all) / unit(measured)]);
        costs.push([name, `${column}, in the kernel`, (after.kernel - before.kernel) / unit(measured)]);
        return measured;
      };
      const gigabytes = () => megabytes / 1_000;
      const [up] = await cost('up CPU s/GB', gigabytes, 'up', ports[sink], megabytes);
      const [down] = await cost('down CPU s/GB', gigabytes, 'down', ports[source], megabytes);
      const [, p50, p99] = await measure('ask', ports[echo], 1, seconds);
      const busy = await cost(
        'c=50 CPU µs/request',
        ([rate]) => (rate * seconds) / 1e6,
        'ask',
        ports[echo],
        50,
        seconds,
      );
      const again = await cost(
        'CPU µs/connect',
        ([rate]) => (rate * seconds) / 1e6,
        'reconnect',
        ports[echo],
        seconds,
      );
      if (round < 0) continue;
      record(results, name, 'up Gb/s', (up * 8) / 1e9);
      record(results, name, 'down Gb/s', (down * 8) / 1e9);
      record(results, name, 'c=1 p50 µs', p50);
      record(results, name, 'c=1 p99 µs', p99);
      record(results, name, 'c=50 req/s', busy[0]);
      record(results, name, 'c=50 p50 µs', busy[1]);
      record(results, name, 'c=50 p99 µs', busy[2]);
      record(results, name, 'reconnects/s', again[0]);
    }
  }
  table('Without toxics', Object.keys(results.direct), results);
  const spent = {};
  for (const [name, column, value] of costs) record(spent, name, column, value);
  table('What it costs', Object.keys(Object.values(spent)[0]), spent);
}

if (parts.has('tools') && tools.loads.length === 0)
  console.log('\nneither iperf3 nor redis-benchmark on the PATH');
if (tools.loads.length > 0) {
  const results = {};
  for (let round = -1; round < rounds; round += 1) {
    // Every subject in turn for each of them, so that one that is disturbed is disturbed beside the others.
    for (const run of tools.loads) {
      for (const { name, ports } of subjects) {
        const measured = Object.entries(await run(ports.slice(-tools.ports.length)));
        if (round < 0) continue;
        for (const [column, value] of measured) record(results, name, column, value);
      }
    }
  }
  table('Without toxics, as iperf3 and redis-benchmark see it', Object.keys(results.direct), results);
}

if (parts.has('latency')) {
  const results = {};
  // Clients that begin at once stay in one convoy under a fixed delay, and wait for each other. Others spread out.
  const loads = [
    ['c=1', 1],
    ['c=50', 50, 400],
    ['c=50 at once', 50],
  ];
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, ports, base } of proxies) {
      for (const latency of [5, 20, 100]) {
        await api(base, 'POST', '/proxies/p2/toxics', {
          name: 'slow',
          type: 'latency',
          attributes: { latency },
        });
        for (const [column, connections, ...more] of loads) {
          const [, p50, p99] = await measure('ask', ports[echo], connections, 2 * seconds, ...more);
          if (round < 0) continue;
          record(results, name, `${latency} ms ${column} p50`, p50 / 1_000 - latency);
          record(results, name, `${latency} ms ${column} p99`, p99 / 1_000 - latency);
        }
        await api(base, 'DELETE', '/proxies/p2/toxics/slow');
      }
    }
  }
  table('Latency toxic: ms over nominal', Object.keys(Object.values(results)[0]), results);
}

if (parts.has('memory')) {
  const results = {};
  const rss = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  for (const [what, bytes] of [
    ['idle', 0],
    ['used (200 KB echoed)', 200_000],
  ]) {
    for (const begin of [startChaosx, ...(proxies.length > 1 ? [startToxiproxy] : [])]) {
      const fresh = await begin();
      const before = rss(fresh.pid);
      const connections = 5_000;
      const holder = await start(load, ['hold', fresh.ports[echo], connections, bytes].map(String));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      record(results, fresh.name, `KB a connection, ${what}`, (rss(fresh.pid) - before) / connections);
      holder.child.stdin.end();
      await once(holder.child, 'close');
      process.kill(fresh.pid, 'SIGKILL');
    }
  }
  table('Memory at 5,000 connections', Object.keys(Object.values(results)[0]), results);
}

if (parts.has('dying')) {
  const results = {};
  for (const { name, ports, base } of proxies) {
    const took = [];
    for (let round = 0; round < 4; round += 1) {
      await api(base, 'POST', '/proxies/p1/toxics', {
        name: 'slow',
        type: 'latency',
        attributes: { latency: 1_500 },
      });
      const dying = spawn(load, ['die', String(ports[source]), '50'], { stdio: 'inherit' });
      while (dying.exitCode === null) {
        const began = performance.now();
        await api(base, 'GET', '/proxies');
        took.push(performance.now() - began);
      }
      await api(base, 'DELETE', '/proxies/p1/toxics/slow');
    }
    took.sort((a, b) => a - b);
    record(results, name, 'p50 ms', took[took.length >> 1]);
    record(results, name, 'p99 ms', took[Math.floor(took.length * 0.99)]);
    record(results, name, 'most ms', took.at(-1));
  }
  table('The API while fifty loaded connections die', ['p50 ms', 'p99 ms', 'most ms'], results);
}

if (parts.has('storm') && !(await storm(proxies[0].base, api))) process.exitCode = 1;
process.exit();
