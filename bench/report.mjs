// How long the report of an hour at ten probes a second takes, from the events on disk to report.html on disk, as
// `chaosx report` makes it, and how large it is. Goals: 2 s (as a whole process), 1 MB.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const chaosx = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-'));
const hourMs = 3_600_000;

function* events() {
  const scenario = {
    name: 'high_latency',
    type: 'NETWORK_LATENCY',
    category: 'network',
    description: 'Latency',
    severity: 3,
    backend: 'proxy',
    activeMs: hourMs / 2,
    probability: 1,
    parameters: { latencyMs: 400 },
    targetComponents: ['inventory'],
    replayable: true,
  };
  yield {
    type: 'run-started',
    t: 0,
    formatVersion: 1,
    runId: 'bench',
    experiment: 'An hour',
    description: '',
    target: 'shop',
    hypothesis: '',
    seed: 1,
    startedAt: '2026-11-23T10:00:00.000Z',
    scenarios: [scenario],
    probes: [{ name: 'shop', everyMs: 100, timeoutMs: 2_000 }],
    criteria: { maxErrorRate: 0.05 },
    abortWhen: null,
    baselineMs: hourMs / 4,
    holdMs: 3_000,
    maxRecoveryWaitMs: 60_000,
    environment: { chaosx: '0', node: process.version, platform: process.platform },
  };
  for (let t = 0; t < hourMs; t += 100) {
    if (t === hourMs / 4) yield { type: 'fault-injected', t, scenario: 0 };
    if (t === (3 * hourMs) / 4) yield { type: 'fault-reverted', t, scenario: 0, ok: true };
    const active = t >= hourMs / 4 && t < (3 * hourMs) / 4;
    const latencyMs = (active ? 400 : 8) * (1 + (((t / 100) * 7_919) % 10_007) / 10_007);
    const outcome = active && t % 1_300 === 0 ? 'failed' : 'passed';
    yield { type: 'sample', t: t + latencyMs, probe: 'shop', intendedAt: t, latencyMs, outcome, attempt: 0 };
  }
  yield { type: 'run-ended', t: hourMs, status: 'completed' };
}

try {
  const lines = Array.from(events(), (event) => JSON.stringify(event));
  writeFileSync(join(folder, 'events.jsonl'), `${lines.join('\n')}\n`);
  const out = join(folder, 'report.html');
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [
      chaosx,
      'report',
      folder,
      '--format',
      'html',
      '--out',
      out,
    ]);
    if (status !== 0) throw new Error(`chaosx report exited with ${status}: ${stderr.toString()}`);
    return performance.now() - start;
  });
  const seconds = times.toSorted((a, b) => a - b)[2] / 1_000;
  const size = statSync(out).size / 1e6;
  const goal = (held) => (held ? 'held' : 'MISSED');
  console.log(`report of an hour, ${lines.length} events, median of 5 processes`);
  console.log(`  written in ${seconds.toFixed(2)} s   goal <= 2 s ${goal(seconds <= 2)}`);
  console.log(`  size ${size.toFixed(2)} MB      goal < 1 MB ${goal(size < 1)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
