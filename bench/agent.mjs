// What the agent costs a target: at its start, at a call, and when it leaves. Interleaved, medians.
// Goals (DESIGN, section 9; issue 5): preload 15 ms; uninstall 50 ms; over the bare call idle 3 ns on one site and 15 on
// 24, not matching 40, matching without firing 100.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AgentHub } from '../dist/agent/agent-hub.js';
import { preloadEnvironment } from '../dist/agent/preload-environment.js';

const startRounds = 31;
const leaveRounds = 15;
const callRounds = 15;
const processesAState = 3;
const callsARound = 400_000;
const never = new AbortController().signal;
const agentPath = fileURLToPath(new URL('../dist/agent/preload.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-agent-'));

// A target with 24 methods, each of a source of its own, that times loops over one or all of them when it is asked to.
const classes = Array.from(
  { length: 24 },
  (_, k) => `export class Service${k} {
    constructor() { this.k = ${k}; }
    work(a, b) { return a + b + this.k; }
  }`,
);
writeFileSync(join(folder, 'services.mjs'), classes.join('\n'));
writeFileSync(
  join(folder, 'main.mjs'),
  `import * as services from './services.mjs';
import { createInterface } from 'node:readline';
const objects = Object.values(services).map((Service) => new Service());
const makeLoop = (id) => new Function('// source ' + id + \`
  return function loop(objects, calls) {
    const length = objects.length;
    let sum = 0, at = 0;
    for (let i = 0; i < calls; i += 1) {
      sum = (sum + objects[at].work(i, 1)) | 0;
      if (++at === length) at = 0;
    }
    return sum;
  }\`)();
const loops = { 1: makeLoop(1), 24: makeLoop(24) };
globalThis.sink = 0;
createInterface(process.stdin).on('line', (sites) => {
  const start = performance.now();
  globalThis.sink += loops[sites](objects.slice(0, Number(sites)), ${callsARound});
  console.log(((performance.now() - start) * 1e6) / ${callsARound});
});
`,
);

let directories = 0;
async function openHub(facts = { modules: { root: folder, patterns: ['services.mjs'] } }) {
  directories += 1;
  const directory = join(folder, `chaosx-${directories}-agent`);
  const hub = await AgentHub.open(directory, facts);
  return { hub, variables: preloadEnvironment(undefined, agentPath, directory) };
}

function startTarget(variables) {
  const child = spawn(process.execPath, ['main.mjs'], {
    cwd: folder,
    env: { ...process.env, ...variables },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async time(sites) {
      child.stdin.write(`${sites}\n`);
      return Number((await lines.next()).value);
    },
    async stop() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

const fault = (selection, sites = 24) => ({
  kind: 'calls',
  name: 'bench',
  components: sites === 1 ? ['services.mjs#Service0#work'] : ['services.mjs'],
  selection,
  effect: { kind: 'throw', exceptionTypes: ['Error'], moment: 'before' },
  activeMs: 3_600_000,
  seed: 1,
});

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function print(what, value, unit, goal) {
  const asked = goal === undefined ? '' : `goal <= ${goal} ${unit} ${value <= goal ? 'held' : 'MISSED'}`;
  console.log(`  ${what.padEnd(44)}${value.toFixed(1).padStart(9)} ${unit}   ${asked}`);
}

async function benchStart() {
  const [plain, withModules] = [await openHub({}), await openHub()];
  const kinds = [
    { what: 'node -e 0', env: {}, times: [] },
    { what: 'the agent', env: plain.variables, times: [], goal: 15 },
    {
      what: 'the agent, no controller',
      env: { ...plain.variables, CHAOSX_AGENT: folder },
      times: [],
      goal: 15,
    },
    // On Node 20 hooks of the loader have a thread of their own.
    { what: 'the agent, modules in reach', env: withModules.variables, times: [] },
  ];
  for (let round = 0; round < startRounds; round += 1) {
    for (const { env, times } of kinds) {
      const start = performance.now();
      await once(spawn(process.execPath, ['-e', '0'], { env: { ...process.env, ...env } }), 'exit');
      times.push(performance.now() - start);
    }
  }
  for (const { hub } of [plain, withModules]) await hub[Symbol.asyncDispose]();
  console.log(`start of a process, ${startRounds} rounds`);
  print(kinds[0].what, median(kinds[0].times), 'ms');
  for (const { what, times, goal } of kinds.slice(1)) {
    const over = median(times.map((time, round) => time - kinds[0].times[round]));
    print(`${what}: over bare`, over, 'ms', goal);
  }
}

async function benchLeave() {
  const times = [];
  for (let round = 0; round < leaveRounds; round += 1) {
    const { hub, variables } = await openHub();
    const target = startTarget(variables);
    await target.time(24);
    await hub.arm('bench', fault({ injectionRate: 0 }), () => undefined, never);
    const start = performance.now();
    await hub.leave(never);
    times.push(performance.now() - start);
    await target.stop();
    await hub[Symbol.asyncDispose]();
  }
  console.log(`\nuninstall: 24 functions back, agent gone, ${leaveRounds} rounds`);
  print('asked for until it hung up', median(times), 'ms', 50);
}

// The rate at which it is as good as certain that no call of the run is hit, with every decision still made.
const rare = Number.MIN_VALUE;
const states = [
  { what: 'bare (no agent)', arm: null, goal: {} },
  { what: 'agent, nothing armed', arm: () => undefined, goal: {} },
  {
    what: 'armed, idle (used up)',
    goal: { 1: 3, 24: 15 },
    async arm(hub, target, sites) {
      await hub.arm('bench', fault({ injectionRate: 0, firstN: 1 }, sites), () => undefined, never);
      await target.time(sites);
    },
  },
  {
    what: 'armed, not yet (after n)',
    goal: { 1: 40 },
    arm: (hub, _target, sites) =>
      hub.arm('bench', fault({ injectionRate: 1, afterN: 1e12 }, sites), () => undefined, never),
  },
  {
    what: 'matching, not firing',
    goal: { 1: 100 },
    arm: (hub, _target, sites) =>
      hub.arm('bench', fault({ injectionRate: rare }, sites), () => undefined, never),
  },
  {
    what: 'disarmed',
    goal: {},
    async arm(hub, target, sites) {
      const armed = await hub.arm('bench', fault({ injectionRate: rare }, sites), () => undefined, never);
      await target.time(sites);
      await armed.disarm(never);
    },
  },
];

async function benchCalls(sites) {
  // Each state in processes of its own, so that what one teaches the optimiser helps or hurts no other; several, for
  // one process may be lucky.
  const rows = [];
  for (const { what, arm, goal } of states) {
    const places = [];
    for (let n = 0; n < processesAState; n += 1) {
      const { hub, variables } = await openHub();
      const target = startTarget(arm === null ? {} : variables);
      await target.time(sites);
      await arm?.(hub, target, sites);
      places.push({ hub, target });
    }
    rows.push({ what, goal: goal[sites], places, times: [] });
  }
  for (let round = 0; round < callRounds; round += 1) {
    for (const { places, times } of rows) {
      for (const { target } of places) times.push(await target.time(sites));
    }
  }
  for (const { places } of rows) {
    for (const { hub, target } of places) {
      await hub[Symbol.asyncDispose]();
      await target.stop();
    }
  }
  const [bare, ...others] = rows;
  const inTurn = sites === 1 ? 'one site' : `${sites} sites in turn`;
  console.log(
    `\na call in the target, ${inTurn}, ${processesAState} processes, ${callRounds} rounds of ${callsARound}`,
  );
  print(bare.what, median(bare.times), 'ns');
  for (const { what, goal, times } of others) {
    print(`${what}: over bare`, median(times.map((time, at) => time - bare.times[at])), 'ns', goal);
  }
}

console.log(`Node ${process.versions.node}\n`);
try {
  await benchStart();
  await benchLeave();
  await benchCalls(1);
  await benchCalls(24);
} finally {
  rmSync(folder, { recursive: true });
}
