// 1,000,000 samples through the fold that judges a run. Goals: 1 s, 200 MB for the whole process.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { judge } from '../dist/judge/judge.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const samples = 1_000_000;
const start = {
  type: 'run-started',
  t: 0,
  formatVersion: 1,
  runId: 'bench',
  experiment: 'A million samples',
  description: '',
  target: 'shop',
  hypothesis: '',
  seed: 1,
  startedAt: '2026-11-23T10:00:00.000Z',
  scenarios: [
    {
      name: 'high_latency',
      type: 'NETWORK_LATENCY',
      category: 'network',
      description: 'Latency',
      severity: 3,
      backend: 'proxy',
      activeMs: 5 * samples,
      probability: 1,
      parameters: {},
      targetComponents: [],
      replayable: true,
    },
  ],
  probes: [{ name: 'shop', everyMs: 10, timeoutMs: 2_000 }],
  criteria: { maxErrorRate: 0.05 },
  abortWhen: null,
  baselineMs: 0,
  holdMs: 3_000,
  maxRecoveryWaitMs: 60_000,
  environment: { chaosx: '0', node: process.version, platform: process.platform },
};

function* events() {
  yield start;
  for (let n = 0; n < samples; n += 1) {
    const t = n * 10;
    if (n === samples / 4) yield { type: 'fault-injected', t, scenario: 0 };
    if (n === (3 * samples) / 4) yield { type: 'fault-reverted', t, scenario: 0, ok: true };
    const latencyMs = 8 * (1 + ((n * 7_919) % 10_007) / 10_007);
    const outcome = n % 97 === 0 ? 'failed' : 'passed';
    yield { type: 'sample', t: t + latencyMs, probe: 'shop', intendedAt: t, latencyMs, outcome, attempt: 0 };
  }
  yield { type: 'run-ended', t: samples * 10, status: 'completed' };
}

// What making the events costs is not the fold's.
const timeOf = (act) => {
  const startedAt = performance.now();
  act();
  return performance.now() - startedAt;
};
let seen = 0;
const madeMs = timeOf(() => {
  for (const event of events()) seen += event.t > 0 ? 1 : 0;
});
collect();
const heapBefore = process.memoryUsage().heapUsed;
let state = judge.init();
let results;
const tookMs = timeOf(() => {
  for (const event of events()) state = judge.step(state, event);
  results = judge.result(state);
});
collect();
const grownMb = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20;
const peakMb = process.resourceUsage().maxRSS / 1024;
const counted = results.metrics.scenarios[0].probes[0].samples;
if (counted !== samples / 2) throw new Error(`expected ${samples / 2} samples in the fault, got ${counted}`);
console.log(
  `fold: ${samples} samples in ${(tookMs - madeMs).toFixed(0)} ms (goal 1000), and ${madeMs.toFixed(0)} ms to make them`,
);
console.log(
  `fold: state ${grownMb.toFixed(1)} MB, whole process at most ${peakMb.toFixed(0)} MB (goal 200); ${seen} events`,
);
