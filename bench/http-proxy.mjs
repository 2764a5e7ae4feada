// HTTP through the proxy: the same server asked directly, through the TCP proxy, and through the HTTP proxy without rules and
// with one that matches nothing, by autocannon in turns. Medians, shares of direct, spread.
//   node bench/http-proxy.mjs [--rounds 7] [--seconds 1]
import autocannon from 'autocannon';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, seconds: { type: 'string', default: '1' } },
});
const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)];
const children = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
process.on('SIGINT', () => process.exit(130));

/** Starts a process and waits for its first line. */
async function start(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  return line.trim();
}

const port = await start([
  '-e',
  `const server = require('node:http').createServer((request, response) => response.end('here')).listen(0, '127.0.0.1', () => console.log(server.address().port));`,
]);
const upstream = `127.0.0.1:${port}`;
const chaosx = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const ready = await start([chaosx, 'proxy', '--api', '127.0.0.1:0', '--seed', '1']);
const api = /http:\S+?(?=,)/.exec(ready)[0];

async function behind(name, more) {
  const spec = { name, listen: '127.0.0.1:0', upstream, ...more };
  const response = await fetch(`${api}/chaosx/proxies`, { method: 'POST', body: JSON.stringify(spec) });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  return `http://${(await response.json()).listen}/`;
}

const never = { match: { path: '/elsewhere' }, fault: { type: 'status', status: 503 } };
const subjects = [
  ['direct', `http://${upstream}/`],
  ['TCP proxy', await behind('tcp', {})],
  ['HTTP proxy', await behind('http', { protocol: 'http' })],
  ['HTTP proxy, a rule for other paths', await behind('rule', { protocol: 'http', rules: [never] })],
].map(([name, url]) => ({ name, url, rates: [] }));

for (let round = -1; round < rounds; round += 1) {
  for (const { url, rates } of subjects) {
    const { requests, errors, non2xx } = await autocannon({ url, connections: 50, duration: seconds });
    if (errors + non2xx > 0) throw new Error(`${errors + non2xx} requests to ${url} failed`);
    // The first round warms up.
    if (round >= 0) rates.push(requests.average);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const direct = median(subjects[0].rates);
console.log(
  `${rounds} rounds of ${seconds} s, 50 connections, in turns: median requests a second (least–most)`,
);
for (const { name, rates } of subjects) {
  const spread = `${Math.min(...rates)}–${Math.max(...rates)}`;
  console.log(
    `  ${name}: ${Math.round(median(rates))}/s, ×${(median(rates) / direct).toFixed(2)} (${spread})`,
  );
}
process.exit();
