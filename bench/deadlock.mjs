// How long after the revert those that waited go on, in ms. Goal (issue 6): 50 ms.
// Here: from the call of revert until every waiting call has its answer; for a blocked loop of this process, which can call
// nothing, from the end of the fault's time until the loop turns. In an agent: from disarm until the target has answered;
// beside it the same of a fault that blocks nothing, and how late a timer of this process is: what the machine adds.
//   node bench/deadlock.mjs [--rounds 60] [--only TEXT]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AgentHub } from '../dist/agent/agent-hub.js';
import { preloadEnvironment } from '../dist/agent/preload-environment.js';
import { CHAOS_SCENARIOS, FaultInjector, inProcessTarget } from '../dist/index.js';
import { BlockedLoop } from '../dist/interpose/deadlock/blocked-loop.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '60' }, only: { type: 'string', default: '' } },
});
const rounds = Number(values.rounds);
const waiting = 20;
const hourMs = 3_600_000;
const never = new AbortController().signal;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function callsGoOn(kind) {
  const store = { read: async (id) => id };
  const scenario = CHAOS_SCENARIOS.deadlock.with({ parameters: { kind } });
  const injection = await new FaultInjector().inject(scenario, inProcessTarget('shop', { store }));
  const answers = Promise.all(Array.from({ length: waiting }, (_, id) => store.read(id)));
  // Longer than threads take to start and to be stuck.
  await sleep(150);
  const fromMs = performance.now();
  const goneOn = answers.then(() => performance.now() - fromMs);
  // It goes on to cross out its receipt.
  await injection.revert(never);
  return goneOn;
}

async function ownLoopTurns(by) {
  const activeMs = 400;
  const untilMs = performance.now() + activeMs;
  const loop = new BlockedLoop({
    by,
    activeMs,
    expiresAt: Date.now() + hourMs,
    lease: null,
    forSignals: true,
  });
  const holder = setInterval(() => undefined, 1_000);
  await loop.watching;
  while (!loop.isOver) await sleep(0);
  const tookMs = performance.now() - untilMs;
  clearInterval(holder);
  loop.release();
  await loop.ended();
  return tookMs;
}

async function targetAnswers(hub, by, round) {
  const fault =
    by === null
      ? { kind: 'event-loop', share: 0, activeMs: 60_000 }
      : { kind: 'blocked-loop', by, activeMs: 60_000, expiresAt: Date.now() + hourMs };
  const armed = await hub.arm(`bench-${by}-${round}`, fault, () => undefined, never);
  const answers = () =>
    armed.counts(AbortSignal.timeout(100)).then(
      () => true,
      () => false,
    );
  if (by !== null) while (await answers()) await sleep(20);
  const fromMs = performance.now();
  await armed.disarm(never);
  return performance.now() - fromMs;
}

async function timerIsLate() {
  const fromMs = performance.now();
  await sleep(20);
  return performance.now() - fromMs - 20;
}

async function print(name, measure) {
  if (!name.includes(values.only)) return;
  const took = [];
  for (let round = 0; round < rounds; round += 1) took.push(await measure(round));
  took.sort((a, b) => a - b);
  const at = (share) =>
    took[Math.min(took.length - 1, Math.floor(share * took.length))].toFixed(1).padStart(6);
  console.log(`${name.padEnd(46)} median ${at(0.5)} ms   p99 ${at(0.99)} ms   of ${rounds}`);
}

await print('a timer of this process', timerIsLate);
for (const kind of ['circular-wait', 'promise-gate', 'workers']) {
  await print(`${kind}, ${waiting} calls`, () => callsGoOn(kind));
}
for (const by of ['atomics-wait', 'spin'])
  await print(`block-event-loop here, ${by}`, () => ownLoopTurns(by));

const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-deadlock-'));
const directory = join(folder, 'agent');
const hub = await AgentHub.open(directory);
const agentPath = fileURLToPath(new URL('../dist/agent/preload.cjs', import.meta.url));
const target = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], {
  env: { ...process.env, ...preloadEnvironment(undefined, agentPath, directory) },
  stdio: 'ignore',
});
try {
  await print('a target that is not blocked', (round) => targetAnswers(hub, null, round));
  for (const by of ['atomics-wait', 'spin']) {
    await print(`block-event-loop in a target, ${by}`, (round) => targetAnswers(hub, by, round));
  }
} finally {
  target.kill('SIGKILL');
  await hub[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}
