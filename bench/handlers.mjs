// What observing handlers of errors costs a program, by the two ways there are: counters in its source, as chaosx puts them
// in, and the engine's own coverage by blocks. Each round is a process of its own, the ways in turn: loading 400 modules
// with ten handlers each; a loop around a handler that never runs; a handler that runs; and asking what was seen.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rounds = 9;
const [modules, handlers] = [400, 10];
const codeFile = fileURLToPath(new URL('../dist/agent/module-code.cjs', import.meta.url));
const openModules = fileURLToPath(new URL('../dist/agent/modules/open-modules.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'chaosx-bench-handlers-'));

for (let at = 0; at < modules; at += 1) {
  const functions = Array.from(
    { length: handlers },
    (_, k) =>
      `exports.f${k} = (text) => {\n  try {\n    return JSON.parse(text);\n  } catch (error) {\n    return null;\n  }\n};\n`,
  );
  writeFileSync(join(root, `m${at}.cjs`), functions.join(''));
}
writeFileSync(
  join(root, 'work.cjs'),
  `exports.loop = (n) => {
  let sum = 0;
  for (let i = 0; i < n; i += 1) {
    try { if (i % 7 === 0) sum += i; else if (i % 3 === 0) sum ^= i; else sum -= 1; } catch (error) { sum = 0; }
  }
  return sum;
};
const failure = new Error('no');
exports.fail = (n) => {
  let caught = 0;
  for (let i = 0; i < n; i += 1) try { throw failure; } catch (error) { caught += 1; }
  return caught;
};`,
);
writeFileSync(
  join(root, 'main.mjs'),
  `import { createRequire } from 'node:module';
import { Session } from 'node:inspector';
const require = createRequire(import.meta.url);
const { HandlerCounter } = require(${JSON.stringify(codeFile)});
const { openModules } = await import(${JSON.stringify(openModules)});
const way = process.argv[2];
const root = ${JSON.stringify(root)};
let ask = () => undefined;
if (way === 'counters') {
  const counter = new HandlerCounter(['**/*']);
  openModules({ root, patterns: [], handlers: counter, codeFile: ${JSON.stringify(codeFile)} });
  ask = () => JSON.stringify(counter.handlers());
}
if (way === 'coverage') {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  ask = () => session.post('Profiler.takePreciseCoverage', () => undefined);
}
const timed = (act) => { const from = performance.now(); act(); return performance.now() - from; };
const load = timed(() => { for (let at = 0; at < ${modules}; at += 1) require(root + '/m' + at + '.cjs'); });
const { loop, fail } = require(root + '/work.cjs');
loop(1e6); fail(1e5);
console.log([load, timed(() => loop(2e7)), timed(() => fail(1e6)), timed(ask)].join(' '));`,
);

const ways = ['nothing', 'counters', 'coverage'];
const seen = new Map(ways.map((way) => [way, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const way of ways) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'main.mjs'), way], {
      env: { ...process.env, NODE_OPTIONS: '' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    seen.get(way).push(stdout.trim().split(' ').map(Number));
  }
}
rmSync(root, { recursive: true });

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
console.log(`handlers observed, Node ${process.version}, medians of ${rounds} processes each:`);
for (const [way, all] of seen) {
  const [load, loop, fail, ask] = [0, 1, 2, 3].map((k) => median(all.map((one) => one[k])));
  console.log(
    `  ${way.padEnd(8)}  loading ${modules} modules ${load.toFixed(0).padStart(4)} ms   loop ${loop.toFixed(0).padStart(4)} ms   a handler that runs ${fail.toFixed(0).padStart(4)} ns   asking ${ask.toFixed(1).padStart(5)} ms`,
  );
}
