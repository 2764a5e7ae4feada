// What it costs to list 5,000 runs (goal: under a second as a whole command), beside reading the names and times of the
// same files, and beside parsing all of each results.json. Interleaved, medians of several rounds.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listRuns } from '../dist/store/list-runs.js';

const runs = 5_000;
const experiments = 10;
const results = mkdtempSync(join(tmpdir(), 'chaosx-bench-runs-'));
try {
  const sizeBytes = makeRuns();
  const folders = () =>
    readdirSync(results).flatMap((name) =>
      readdirSync(join(results, name)).map((time) => join(results, name, time)),
    );
  const ways = {
    'readdir and stat': () => folders().map((path) => statSync(join(path, 'results.json')).mtimeMs).length,
    'parsing each file': () =>
      folders().map((path) => JSON.parse(readFileSync(join(path, 'results.json'), 'utf8')).verdict).length,
    listRuns: () => listRuns(results).runs.length,
    'chaosx runs': () => {
      const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
      const { stdout, status, stderr } = spawnSync(
        process.execPath,
        [command, 'runs', '--results', results, '--json'],
        { encoding: 'utf8', maxBuffer: 2 ** 26 },
      );
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stdout).length;
    },
  };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < 7; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const startedAt = performance.now();
      const found = way();
      if (found !== runs) throw new Error(`${name}: expected ${runs} runs, got ${found}`);
      times[name].push(performance.now() - startedAt);
    }
  }
  const median = (name) => times[name].toSorted((a, b) => a - b)[3];
  console.log(`${runs} runs with a results.json of ${(sizeBytes / 1_024).toFixed(0)} KB:`);
  for (const name of Object.keys(ways)) {
    const ratio = median(name) / median('readdir and stat');
    console.log(`  ${name.padEnd(18)} ${median(name).toFixed(0).padStart(5)} ms  ${ratio.toFixed(1)} ×`);
  }
} finally {
  rmSync(results, { recursive: true, force: true });
}

/** Results as a run with a few scenarios, criteria and recommendations has them. */
function makeRuns() {
  let sizeBytes = 0;
  for (let n = 0; n < runs; n += 1) {
    const startedAt = new Date(Date.UTC(2026, 0, 1) + n * 60_000);
    const folder = join(
      results,
      `experiment-${n % experiments}`,
      startedAt.toISOString().replaceAll(/[:.]/g, '-'),
    );
    mkdirSync(folder, { recursive: true });
    const part = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`quantity${i}`, i * 1.234_567]));
    const text = `${JSON.stringify(
      {
        experiment: `experiment ${n % experiments}`,
        runId: `run-${n}`,
        seed: n,
        startedAt: startedAt.toISOString(),
        durationSeconds: 30,
        target: 'shop',
        hypothesis: 'the shop sells',
        status: 'completed',
        verdict: n % 3 === 0 ? 'deviated' : 'held',
        reason: 'as it was asked',
        experimentSuccessful: n % 3 !== 0,
        scenarios: Array.from({ length: 8 }, () => part),
      },
      null,
      2,
    )}\n`;
    writeFileSync(join(folder, 'results.json'), text);
    writeFileSync(join(folder, 'events.jsonl'), '{}\n');
    sizeBytes = text.length;
  }
  return sizeBytes;
}
