// Attaching the agent to a running Node service and detaching it (goals 300 and 50 ms), each round in a fresh chaosx
// process and with a fresh target: idle, and under load. And the longest that the target's answers were held up meanwhile.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const rounds = 15;
const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-attach-'));
const dist = (path) => JSON.stringify(new URL(`../dist/${path}`, import.meta.url).href);
const attacher = `
import { openRunning } from ${dist('targets/open-running.js')};
import { runningTarget } from ${dist('targets/running-target.js')};
import { systemClock } from ${dist('model/system-clock.js')};
const runId = 'bench-' + process.pid;
const done = () => Promise.resolve();
const target = runningTarget({ name: 'service', pid: Number(process.argv[1]) });
const startedAt = performance.now();
const open = await openRunning(target, {
  runId, bootId: 'bench', expiresAt: Date.now() + 60_000, journal: { record: done, amend: done, done },
  clock: systemClock, outputPath: null, signal: new AbortController().signal,
});
const attachMs = performance.now() - startedAt;
const detachAt = performance.now();
await open.detach(AbortSignal.timeout(5_000));
console.log(JSON.stringify({ attachMs, detachMs: performance.now() - detachAt }));
process.exit();
`;
const service = `
const server = require('http').createServer((request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

async function withService(act) {
  const target = spawn(process.execPath, ['--inspect-port=0', '-e', service], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [port] = await once(target.stdout, 'data');
  try {
    return await act(target.pid, `http://127.0.0.1:${Number(port)}/`);
  } finally {
    target.kill('SIGKILL');
    await once(target, 'exit');
  }
}

async function attachTo(pid) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', attacher, String(pid)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CHAOSX_STATE_DIR: folder },
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`attaching failed with ${code}`);
  return JSON.parse(text);
}

/** Asks one after the other, and tells the longest answer. */
async function loaded(url, act) {
  const over = new AbortController();
  let longestMs = 0;
  const clients = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) {
      const startedAt = performance.now();
      const response = await fetch(url);
      if ((await response.text()) !== 'ok') throw new Error('a request failed');
      longestMs = Math.max(longestMs, performance.now() - startedAt);
    }
  });
  const result = await act();
  over.abort();
  await Promise.all(clients);
  return { ...result, longestMs };
}

const at = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const shown = (values) => `median ${at(values, 0.5).toFixed(0)} ms, p95 ${at(values, 0.95).toFixed(0)} ms`;

// Compiled once, as everywhere.
spawnSync(process.execPath, ['--input-type=module', '-e', attacher, '0'], { stdio: 'ignore' });
const idle = [];
const busy = [];
for (let round = 0; round < rounds; round += 1) {
  idle.push(await withService((pid) => attachTo(pid)));
  busy.push(await withService((pid, url) => loaded(url, () => attachTo(pid))));
}
for (const [name, results] of Object.entries({ 'an idle service': idle, 'a service under load': busy })) {
  console.log(`attach to ${name}: ${shown(results.map(({ attachMs }) => attachMs))} (goal 300 ms)`);
  console.log(`detach from ${name}: ${shown(results.map(({ detachMs }) => detachMs))} (goal 50 ms)`);
}
console.log(
  `longest answer of the loaded service meanwhile: ${shown(busy.map(({ longestMs }) => longestMs))}`,
);
rmSync(folder, { recursive: true });
