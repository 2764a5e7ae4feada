// What a fault on the platform's calls costs calls that it leaves alone: those of other files, rates of 0, requests without a
// tag. Armed and bare take turns, in blocks; what is over is the median of the differences of neighbours.
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { CHAOS_SCENARIOS, FaultInjector, thisProcessTarget } from '../dist/index.js';

const rounds = 15;
const target = thisProcessTarget('bench');
const server = http.createServer((_request, response) => response.end('ok'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/`;
const agent = new http.Agent({ keepAlive: true });

async function stat(calls) {
  for (let n = 0; n < calls; n += 1) fs.statSync('/');
}
async function readFile(calls) {
  for (let n = 0; n < calls; n += 1) await fs.promises.readFile('/etc/hostname');
}
async function request(calls) {
  for (let n = 0; n < calls; n += 1) {
    const [response] = await once(http.get(url, { agent }), 'response');
    response.resume();
    await once(response, 'end');
  }
}

const otherFiles = { methods: ['fs.*'], paths: ['/nowhere/*'] };
const cases = [
  { what: 'fs.statSync, other paths', act: stat, calls: 20_000, parameters: otherFiles },
  { what: 'fs.promises.readFile, other paths', act: readFile, calls: 2_000, parameters: otherFiles },
  {
    what: 'http.get, rate 0',
    act: request,
    calls: 500,
    parameters: { methods: ['http.*'], injectionRate: 0 },
  },
  {
    what: 'http.get, untagged',
    act: request,
    calls: 500,
    parameters: { methods: ['http.*'], scope: 'tagged-requests' },
  },
];

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

async function nsACall(act, calls) {
  const from = performance.now();
  await act(calls);
  return ((performance.now() - from) * 1e6) / calls;
}

console.log(`Node ${process.versions.node}, ${rounds} interleaved rounds, medians\n`);
console.log(`${''.padEnd(36)}  bare µs   over bare µs`);
for (const { what, act, calls, parameters } of cases) {
  const scenario = CHAOS_SCENARIOS.random_exceptions.with({
    duration: '10m',
    parameters: { injectionRate: 1, ...parameters },
  });
  const [bare, over] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const before = await nsACall(act, calls);
    const injection = await new FaultInjector().inject(scenario, target);
    const armed = await nsACall(act, calls);
    await injection[Symbol.asyncDispose]();
    // The first round warms up.
    if (round > 0) {
      bare.push(before);
      over.push(armed - before);
    }
  }
  const inMicroseconds = (values) => (median(values) / 1_000).toFixed(2).padStart(9);
  console.log(`${what.padEnd(36)}${inMicroseconds(bare)}${inMicroseconds(over).padStart(15)}`);
}
agent.destroy();
server.closeAllConnections();
server.close();
