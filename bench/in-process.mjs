// What an in-process fault costs a call, beside the bare call, measured in one interleaved run.
// Goals (DESIGN, section 9; ns over bare): idle 3 on one site and 15 on 24; on one site, not matching 40 and matching
// without firing 100. Restored means that the original function is back: what is left over there is noise.
import { openCallRule } from '../dist/interpose/call-rule.js';
import { findCallSites } from '../dist/interpose/find-call-sites.js';
import { throwEffect } from '../dist/interpose/throw-effect.js';
import { decisions } from '../dist/model/decide.js';
import { systemClock } from '../dist/model/system-clock.js';

const rounds = 41;
const callsARound = 400_000;

// Each row has functions and a loop of its own, each with a source of its own: V8 shares what it learns about a function
// among all that have the same source, and one row must not help or hurt another.
let sources = 0;
function makeObjects(count) {
  return Array.from({ length: count }, (_, k) => {
    const Service = new Function(`// source ${(sources += 1)}
    return class Service${k} {
      constructor() { this.k = ${k}; }
      work(a, b) { return a + b + this.k; }
    }`)();
    return { Service, service: new Service() };
  });
}

function makeLoop() {
  return new Function(`// source ${(sources += 1)}
  return function loop(objects, calls) {
    const length = objects.length;
    let sum = 0, at = 0;
    for (let i = 0; i < calls; i += 1) {
      sum = (sum + objects[at].work(i, 1)) | 0;
      if (++at === length) at = 0;
    }
    return sum;
  }`)();
}

function patch(objects, selection) {
  return openCallRule({
    name: 'bench',
    sites: objects.flatMap(({ Service }, k) => findCallSites(`service${k}`, Service).sites),
    selection,
    effect: throwEffect(['Error'], 'before'),
    activeMs: 3_600_000,
    decide: decisions(1),
    clock: systemClock,
    fired: () => undefined,
    onOutcome: () => undefined,
  });
}

// The rate at which it is as good as certain that no call of the run is hit, with every decision still made.
const never = Number.MIN_VALUE;

const kinds = [
  { what: 'bare', goal: {}, arm: () => undefined },
  {
    what: 'armed, idle (used up)',
    goal: { 1: 3, 24: 15 },
    arm(objects) {
      patch(objects, { injectionRate: 0, firstN: 1 });
      for (const { service } of objects) service.work(1, 1);
    },
  },
  {
    what: 'armed, arguments not matching',
    goal: { 1: 40 },
    arm: (objects) => void patch(objects, { injectionRate: 1, when: (args) => args[1] === 2 }),
  },
  {
    what: 'armed, not yet (after n)',
    goal: { 1: 40 },
    arm: (objects) => void patch(objects, { injectionRate: 1, afterN: 1e12 }),
  },
  {
    what: 'matching, not firing',
    goal: { 1: 100 },
    arm: (objects) => void patch(objects, { injectionRate: never }),
  },
  {
    what: 'restored',
    goal: {},
    arm(objects) {
      const rule = patch(objects, { injectionRate: never });
      for (const { service } of objects) service.work(1, 1);
      rule.revert();
    },
  },
];

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

globalThis.sink = 0;
console.log(`Node ${process.versions.node}, ${rounds} interleaved rounds of ${callsARound} calls, medians\n`);
for (const sites of [1, 24]) {
  const rows = kinds.map((kind) => {
    const objects = makeObjects(sites);
    kind.arm(objects);
    return {
      what: kind.what,
      goal: kind.goal[sites],
      services: objects.map(({ service }) => service),
      loop: makeLoop(),
      times: [],
    };
  });
  for (let round = 0; round < rounds; round += 1) {
    for (const { services, loop, times } of rows) {
      const start = performance.now();
      globalThis.sink += loop(services, callsARound);
      times.push(((performance.now() - start) * 1e6) / callsARound);
    }
  }
  const bare = median(rows[0].times);
  console.log(
    `${sites} site${sites === 1 ? ', one call in the loop' : 's in turn'}`.padEnd(34) +
      '  ns/call   over bare   ratio   goal',
  );
  for (const { what, goal, times } of rows) {
    const ns = median(times);
    // Pairs of one round: a slow moment of the machine hits both.
    const over = median(times.map((time, round) => time - rows[0].times[round]));
    const asked = goal === undefined ? '' : `<= ${goal} ns ${over <= goal ? 'held' : 'MISSED'}`;
    console.log(
      `  ${what.padEnd(32)}${ns.toFixed(1).padStart(9)}${`${over.toFixed(1)} ns`.padStart(12)}${(ns / bare).toFixed(1).padStart(8)}   ${asked}`,
    );
  }
  console.log();
}
