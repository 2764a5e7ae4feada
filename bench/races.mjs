// How often four classic races show, undisturbed and under race_condition, with what gates, rates and delays; and how
// often a seed that failed fails again. Each run is a world of its own; some run beside each other.
import { FaultInjector } from '../dist/faults/fault-injector.js';
import { wilsonInterval } from '../dist/judge/statistics/wilson-interval.js';
import { CHAOS_SCENARIOS } from '../dist/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../dist/targets/in-process-target.js';
import { racyPrograms } from '../test/fixtures/races/programs.mjs';

const runs = Number(process.argv[2] ?? 300);
const besideEachOther = 10;
const injector = new FaultInjector();

async function failsWith(make, parameters, seed) {
  const program = make();
  if (parameters === null) return program.fails();
  const scenario = CHAOS_SCENARIOS.race_condition.with({ parameters });
  const target = inProcessTarget('program', program.components);
  const injection = await injector.inject(scenario, target, { seed });
  try {
    return await program.fails();
  } finally {
    await injection.revert(AbortSignal.timeout(5_000));
  }
}

async function failingSeeds(make, parameters, seeds) {
  const failed = [];
  const left = [...seeds];
  const worker = async () => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      if (await failsWith(make, parameters, seed)) failed.push(seed);
    }
  };
  await Promise.all(Array.from({ length: besideEachOther }, worker));
  return failed;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`.padStart(7);
const rate = (k, n) => {
  const interval = wilsonInterval(k, n);
  const text = interval === null ? '' : ` [${percent(interval.lower)}, ${percent(interval.upper)}]`;
  return `${percent(k / n)}${text}`;
};

const seeds = Array.from({ length: runs }, (_, i) => i);
const variants = [
  ['undisturbed', null],
  ['defaults', {}],
  ['start only', { gates: ['start'] }],
  ['start, answer', { gates: ['start', 'answer'] }],
  ['rate 0.1', { injectionRate: 0.1 }],
  ['rate 0.25', { injectionRate: 0.25 }],
  ['rate 0.5', { injectionRate: 0.5 }],
  ['max 5 ms', { maxDelayMs: 5 }],
  ['max 50 ms', { maxDelayMs: 50 }],
  ['budget 0.05', { budget: 0.05 }],
  ['budget 1', { budget: 1 }],
];

for (const [name, make] of Object.entries(racyPrograms)) {
  console.log(`\n${name} (${runs} runs each; 95 % Wilson intervals)`);
  for (const [what, parameters] of variants) {
    const failed = await failingSeeds(make, parameters, seeds);
    let again = '';
    if (parameters !== null && failed.length > 0) {
      const sample = failed.slice(0, 60);
      const repeated = await failingSeeds(make, parameters, sample);
      again = `  failing seeds that fail again ${rate(repeated.length, sample.length)}`;
    }
    console.log(`  ${what.padEnd(13)} fails ${rate(failed.length, runs)}${again}`);
  }
}
