// What chaosx adds to the smallest experiment, as a whole process, beyond the experiment's own phases (goal 300 ms), and
// `chaosx --version` beside `node -e 0` (goal 1.5 ×). Interleaved, medians of several rounds.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const phasesMs = 100 + 200 + 100;
const library = new URL('../dist/index.js', import.meta.url).href;
const smallest = `
import { ChaosExperiment, ChaosOrchestrator, CHAOS_SCENARIOS, inProcessTarget } from ${JSON.stringify(library)};
const db = { query: async () => 1 };
const { verdict } = await new ChaosOrchestrator({ resultsDirectory: null }).runExperiment(new ChaosExperiment({
  name: 'smallest',
  targetSystem: inProcessTarget('shop', { db }),
  scenarios: [CHAOS_SCENARIOS.slow_method.with({ duration: 0.2, parameters: { delayMs: 1 } })],
  probes: [{ name: 'db', check: () => db.query(), every: '20ms' }],
  baseline: '100ms',
  holdTime: '100ms',
  successCriteria: { passRate: 0.9 },
}));
if (verdict !== 'held') throw new Error(verdict);
`;
const commands = {
  'node -e 0': ['-e', '0'],
  'chaosx --version': [fileURLToPath(new URL('../dist/cli/main.js', import.meta.url)), '--version'],
  smallest: ['--input-type=module', '-e', smallest],
};
const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
for (let round = 0; round < 9; round += 1) {
  for (const [name, args] of Object.entries(commands)) {
    const startedAt = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
    times[name].push(performance.now() - startedAt);
  }
}
const median = (name) => times[name].toSorted((a, b) => a - b)[4];
const beyondMs = median('smallest') - phasesMs;
console.log(`smallest experiment: ${beyondMs.toFixed(0)} ms beyond its phases of ${phasesMs} ms (goal 300)`);
console.log(
  `chaosx --version: ${(median('chaosx --version') / median('node -e 0')).toFixed(2)} × node -e 0 (goal 1.5)`,
);
