// What redirection costs a look-up of a name: the agent asks the proxy about each, one round trip on a Unix socket.
// The same program bare and with the agent in it, in turns: medians and spread of the rounds, in µs a look-up.
//   node bench/look-ups.mjs [--rounds 9]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AgentHub } from '../dist/agent/agent-hub.js';
import { preloadEnvironment } from '../dist/agent/preload-environment.js';
import { startProxy } from '../dist/proxy/proxy-process.js';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });
const rounds = Number(options.rounds);
const lookUpsARound = 1_000;
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-'));
const program = `
  const { lookup } = require('node:dns').promises;
  require('node:readline').createInterface(process.stdin).on('line', async () => {
    const start = performance.now();
    for (let n = 0; n < ${lookUpsARound}; n += 1) await lookup('localhost');
    console.log(((performance.now() - start) * 1000) / ${lookUpsARound});
  });`;

const proxy = await startProxy({
  runId: 'bench-look-ups',
  directory: join(folder, 'proxy'),
  exitWith: null,
  connect: ({ host, port }) => connect({ host, port }),
  signal: never,
});
const route = await proxy.openOutgoingRoute({ component: 'outgoing connections' }, never);
const directory = join(folder, 'agent');
const hub = await AgentHub.open(directory, { dialSocket: await route.openDialSocket(never) });
const agentPath = fileURLToPath(new URL('../dist/agent/preload.cjs', import.meta.url));

const subjects = [
  { name: 'bare', env: {} },
  { name: 'redirected', env: preloadEnvironment(undefined, agentPath, directory) },
].map(({ name, env }) => {
  const child = spawn(process.execPath, ['-e', program], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { name, child, lines: createInterface(child.stdout)[Symbol.asyncIterator](), times: [] };
});
for (let round = -1; round < rounds; round += 1) {
  for (const { child, lines, times } of subjects) {
    child.stdin.write('go\n');
    const time = Number((await lines.next()).value);
    // The first round warms up.
    if (round >= 0) times.push(time);
  }
}
for (const { child } of subjects) {
  child.stdin.end();
  await once(child, 'exit');
}
await hub[Symbol.asyncDispose]();
await proxy[Symbol.asyncDispose]();
rmSync(folder, { recursive: true, force: true });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
console.log(`a look-up of localhost, ${rounds} rounds of ${lookUpsARound}, in turns: median µs (least–most)`);
for (const { name, times } of subjects) {
  const spread = `${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)}`;
  console.log(`  ${name}: ${median(times).toFixed(0)} (${spread})`);
}
