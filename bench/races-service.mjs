// How often an unmodified service over HTTP and files loses a deposit, undisturbed and under race_condition, and how often a
// seed that failed fails again. Clients come one shortly after the other, from this process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AgentHub } from '../dist/agent/agent-hub.js';
import { preloadEnvironment } from '../dist/agent/preload-environment.js';
import { wilsonInterval } from '../dist/judge/statistics/wilson-interval.js';
import { CHAOS_SCENARIOS } from '../dist/scenarios/chaos-scenarios.js';

const runs = Number(process.argv[2] ?? 100);
const port = 18_471;
const [clients, gapMs] = [3, 30];
const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-races-'));
const file = join(folder, 'ada.json');
const never = new AbortController().signal;
const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const hub = await AgentHub.open(join(folder, 'agent'), {});
const service = spawn(process.execPath, [pathOf('../test/fixtures/races/ledger-service.mjs')], {
  env: {
    ...process.env,
    ...preloadEnvironment(undefined, pathOf('../dist/agent/preload.cjs'), join(folder, 'agent')),
    PORT: String(port),
    FOLDER: folder,
  },
  stdio: 'inherit',
});
const get = async (path) => (await fetch(`http://127.0.0.1:${port}/${path}`)).text();

async function losesDeposits() {
  writeFileSync(file, '{"balance":0}');
  await Promise.all(Array.from({ length: clients }, (_, i) => sleep(i * gapMs).then(() => get('ada/1'))));
  return JSON.parse(readFileSync(file, 'utf8')).balance !== clients;
}

let faults = 0;
async function failsWith(parameters, seed) {
  if (parameters === null) return losesDeposits();
  const { maxDelayMs, budget, gates, injectionRate } = {
    ...CHAOS_SCENARIOS.race_condition.parameters,
    ...parameters,
  };
  const fault = {
    kind: 'calls',
    name: 'race_condition',
    components: [],
    selection: { injectionRate },
    effect: { kind: 'race', maxDelayMs, budget, gates },
    activeMs: 60_000,
    seed,
  };
  const armed = await hub.arm(`races-${(faults += 1)}`, fault, () => undefined, never);
  try {
    return await losesDeposits();
  } finally {
    await armed.disarm(never);
  }
}

const percent = (share) => `${(100 * share).toFixed(1)} %`.padStart(7);
function rate(k, n) {
  const interval = wilsonInterval(k, n);
  return `${percent(k / n)}${interval === null ? '' : ` [${percent(interval.lower)}, ${percent(interval.upper)}]`}`;
}

async function failing(parameters, seeds) {
  const failed = [];
  for (const seed of seeds) if (await failsWith(parameters, seed)) failed.push(seed);
  return failed;
}

try {
  for (let tries = 0; tries < 100 && (await get('').catch(() => '')) === ''; tries += 1) await sleep(50);
  const seeds = Array.from({ length: runs }, (_, i) => i);
  console.log(
    `A service over HTTP and files loses a deposit of ${clients} (${runs} runs each; 95 % Wilson intervals)`,
  );
  const variants = [
    ['undisturbed', null],
    ['defaults', {}],
    ['start only', { gates: ['start'] }],
    ['start, answer', { gates: ['start', 'answer'] }],
    ['rate 0.3', { injectionRate: 0.3 }],
    ['max 50 ms', { maxDelayMs: 50 }],
    ['budget 1', { budget: 1 }],
  ];
  for (const [what, parameters] of variants) {
    const failed = await failing(parameters, seeds);
    const sample = failed.slice(0, 40);
    const again = parameters === null || sample.length === 0 ? null : await failing(parameters, sample);
    const repeated =
      again === null ? '' : `  failing seeds that fail again ${rate(again.length, sample.length)}`;
    console.log(`  ${what.padEnd(13)} fails ${rate(failed.length, runs)}${repeated}`);
  }
} finally {
  service.kill('SIGKILL');
  await once(service, 'exit');
  await hub[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}
