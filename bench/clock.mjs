// What a changed wall clock costs a program: Date.now() and new Date() bare, under skew, and after the revert, interleaved
// in one run. Goal: at most 30 ns more a call, and nothing after the revert.
import { CHAOS_SCENARIOS, FaultInjector, thisProcessTarget } from '../dist/index.js';
import { standBy } from '../dist/interpose/time/change-clocks.js';

const calls = 200_000;
const rounds = 40;
const { hrtime } = process;
const realNs = hrtime.bigint.bind(hrtime);
const own = Date.now;

const loops = {
  'Date.now()': 'let s = 0; for (let i = 0; i < n; i += 1) s += Date.now(); return s;',
  'new Date()': 'let s = 0; for (let i = 0; i < n; i += 1) s += new Date().getTime(); return s;',
};

/** Compiled anew: what is optimised for one `Date` is not for another. */
function nsPerCall(body) {
  const run = new Function('n', body);
  run(calls / 10);
  const from = realNs();
  run(calls);
  return Number(realNs() - from) / calls;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seen = Object.fromEntries(
  Object.keys(loops).map((name) => [
    name,
    { bare: [], 'standing by': [], skewed: [], drifting: [], reverted: [] },
  ]),
);

async function under(scenario, measure) {
  const injector = new FaultInjector();
  const injection = await injector.inject(scenario.with({ duration: '10m' }), thisProcessTarget('bench'));
  try {
    measure();
  } finally {
    await injection[Symbol.asyncDispose]();
  }
}

for (let round = 0; round < rounds; round += 1) {
  const measure = (when) => {
    for (const [name, body] of Object.entries(loops)) seen[name][when].push(nsPerCall(body));
  };
  measure('bare');
  const standing = standBy();
  measure('standing by');
  standing.revert();
  await under(CHAOS_SCENARIOS.time_skew, () => measure('skewed'));
  await under(CHAOS_SCENARIOS.clock_drift, () => measure('drifting'));
  measure('reverted');
}

console.log(
  `Node ${process.version}, ${rounds} rounds of ${calls.toLocaleString('en-US')} calls; medians of the rounds`,
);
for (const [name, when] of Object.entries(seen)) {
  const bare = median(when.bare);
  const texts = Object.entries(when).map(([label, values]) => {
    if (label === 'bare') return `bare ${bare.toFixed(1)} ns`;
    // Against the bare call of the same round: the machine is as busy then.
    const more = median(values.map((ns, i) => ns - when.bare[i]));
    return `${label} ${more >= 0 ? '+' : ''}${more.toFixed(1)} ns (${((bare + more) / bare).toFixed(2)} ×)`;
  });
  console.log(`${name}: ${texts.join(', ')}`);
}
console.log(`after the revert Date.now is the platform's own: ${Date.now === own}`);
