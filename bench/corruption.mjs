// What corruption costs: a call that is not chosen, with and without operators that need what came before; a call that is;
// and putting back what was corrupted in 2,000 rows. Goal of the facts: walk and journal of 2,000 rows 2.3 ms, where
// structuredClone took 2.4, JSON 4.3.
import { CorruptionJournal } from '../dist/interpose/corruption/corruption-journal.js';
import { chooseCorruption } from '../dist/interpose/corruption/choose-corruption.js';
import { findSlots } from '../dist/interpose/corruption/find-slots.js';
import { corruptEffect } from '../dist/interpose/corrupt-effect.js';
import { openCallRule } from '../dist/interpose/call-rule.js';
import { findCallSites } from '../dist/interpose/find-call-sites.js';
import { corruptionOperators } from '../dist/model/corruption-operator.js';
import { decisions } from '../dist/model/decide.js';
import { systemClock } from '../dist/model/system-clock.js';

const rounds = 31;
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const say = (what, value, unit) => console.log(`${what.padEnd(66)}${value.padStart(9)} ${unit}`);

// Each its own source, so that V8 learns of each alone.
let sources = 0;
const makeService = () =>
  new Function(`// source ${(sources += 1)}
  return new (class Service { constructor() { this.k = 1; } work(a) { return a + this.k; } })();`)();
const makeLoop = () =>
  new Function(`// source ${(sources += 1)}
  return (service, calls) => { let sum = 0; for (let i = 0; i < calls; i += 1) sum = (sum + service.work(i)) | 0; return sum; };`)();

function arm(service, options, injectionRate) {
  return openCallRule({
    name: 'bench',
    sites: findCallSites('service', service).sites,
    selection: { injectionRate },
    effect: corruptEffect(options),
    activeMs: 3_600_000,
    decide: decisions(1),
    clock: systemClock,
    fired: () => undefined,
    onOutcome: () => undefined,
  });
}

const never = Number.MIN_VALUE;
const kinds = [
  { what: 'bare', arm: () => undefined },
  {
    what: 'not chosen, on results, one operator',
    arm: (s) => arm(s, { on: ['results'], operators: ['negate'] }, never),
  },
  {
    what: 'not chosen, on results, all operators (keeps the last answer)',
    arm: (s) => arm(s, { on: ['results'], operators: [] }, never),
  },
  { what: 'not chosen, on arguments', arm: (s) => arm(s, { on: ['arguments'], operators: [] }, never) },
].map((kind) => ({ ...kind, service: makeService(), loop: makeLoop(), taken: [] }));
for (const kind of kinds) kind.arm(kind.service);
const calls = 300_000;
for (let round = 0; round < rounds; round += 1) {
  for (const { service, loop, taken } of kinds) {
    const startedAt = process.hrtime.bigint();
    loop(service, calls);
    taken.push(Number(process.hrtime.bigint() - startedAt) / calls);
  }
}
const bare = median(kinds[0].taken);
for (const { what, taken } of kinds)
  say(
    what,
    (median(taken) - (what === 'bare' ? 0 : bare)).toFixed(1),
    what === 'bare' ? 'ns a call' : 'ns over bare',
  );

const chosen = makeService();
const rule = arm(chosen, { on: ['results'], operators: [] }, 1);
const perCall = Array.from({ length: rounds }, () => {
  const startedAt = process.hrtime.bigint();
  for (let i = 0; i < 2_000; i += 1) chosen.work(i);
  return Number(process.hrtime.bigint() - startedAt) / 2_000 / 1_000;
});
rule.revert();
say('chosen, a number is answered, all operators', median(perCall).toFixed(1), 'µs a call');

const operators = Object.keys(corruptionOperators);
const makeRows = (count) =>
  Array.from({ length: count }, (_, id) => ({
    id,
    name: `row ${id}`,
    at: new Date(id),
    nested: { tags: ['a', 'b'] },
  }));
const times = { walk: [], write: [], look: [], restore: [], clone: [] };
const timed = (list, act) => {
  const startedAt = performance.now();
  const result = act();
  list.push(performance.now() - startedAt);
  return result;
};
let written = 0;
let slots = [];
for (let round = 0; round < rounds; round += 1) {
  const rows = makeRows(2_000);
  const journal = new CorruptionJournal();
  slots = timed(times.walk, () => findSlots(rows));
  written = timed(times.write, () => {
    let count = 0;
    for (const [i, slot] of slots.entries()) {
      if (slot.place === null || i % 2 === 1) continue;
      const choice = chooseCorruption(
        slot,
        operators,
        { operator: (i % 97) / 97, value: (i % 89) / 89 },
        () => ({}),
      );
      if (choice !== null && journal.write(slot, slot.place, choice.after) !== null) count += 1;
    }
    return count;
  });
  timed(times.look, () => journal.look());
  timed(times.restore, () => journal.restore());
  timed(times.clone, () => structuredClone(rows));
}
say(`2,000 rows: walk of ${slots.length} places`, median(times.walk).toFixed(2), 'ms');
say(`2,000 rows: choose and write ${written} corruptions`, median(times.write).toFixed(2), 'ms');
say(`2,000 rows: read them again`, median(times.look).toFixed(2), 'ms');
say(`2,000 rows: put ${written} back`, median(times.restore).toFixed(2), 'ms');
say('structuredClone of the same rows, for comparison', median(times.clone).toFixed(2), 'ms');
