// What putting a program's functions in reach costs it while it loads: 400 modules with 8,000 functions, all of them asked
// for, beside the same program without. The prototype, which matched text, took 50 ms; this parses. Then what looking at a scope costs a process
// that was running before: the debugger while it waits, and afterwards.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rounds = 11;
const [modules, functions] = [400, 20];
const dist = (path) => fileURLToPath(new URL(`../dist/agent/${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-modules-'));

function writeProgram(format) {
  const root = join(folder, format);
  mkdirSync(root);
  const isModule = format === 'mjs';
  const names = Array.from({ length: modules }, (_, at) => `m${at}.${format}`);
  for (const [at, name] of names.entries()) {
    const bodies = Array.from({ length: functions }, (_, k) => {
      const head = isModule && k % 2 === 0 ? 'export ' : '';
      const body = `{\n  const total = { a, b, sum: a + b };\n  if (a > b) return helper${(k + 1) % functions}(b, a);\n  return total.sum * ${at + k};\n}`;
      if (k % 3 === 1) return `${head}const helper${k} = (a, b) => ${body};\n`;
      return `${head}function helper${k}(a, b) ${body}\n`;
    });
    const exported = Array.from({ length: functions }, (_, k) => `helper${k}`).join(', ');
    writeFileSync(
      join(root, name),
      bodies.join('') + (isModule ? '' : `module.exports = { ${exported} };\n`),
    );
  }
  const loads = names.map((name) => (isModule ? `import './${name}';` : `require('./${name}');`));
  writeFileSync(join(root, `all.${format}`), loads.join('\n'));
  const load = isModule ? "await import('./all.mjs');" : "require('./all.cjs');";
  writeFileSync(
    join(root, `main.${format}`),
    `const startedAt = performance.now();\n${load}\nconsole.log(performance.now() - startedAt, globalThis.reached?.() ?? 0);`,
  );
  return { root, main: join(root, `main.${format}`) };
}

const preload = join(folder, 'preload.mjs');
writeFileSync(
  preload,
  `import { openModules } from ${JSON.stringify(dist('modules/open-modules.js'))};
const { registry } = openModules({ root: process.env.ROOT, patterns: ['m*'], codeFile: ${JSON.stringify(dist('module-code.cjs'))} });
globalThis.reached = () => registry.sites().length;`,
);

function run(args, env = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split(' ').map(Number);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function row(what, plain, reached) {
  const added = median(reached.map((value, at) => value - plain[at]));
  const spread = reached.map((value, at) => value - plain[at]).toSorted((a, b) => a - b);
  const range = `${spread[1].toFixed(0)} to ${spread.at(-2).toFixed(0)}`;
  console.log(
    `modules: ${what}: ${median(plain).toFixed(0)} ms, in reach ${median(reached).toFixed(0)} ms, added ${added.toFixed(0)} (${range}) ms`,
  );
}

try {
  for (const [format, kind] of [
    ['mjs', 'ES modules'],
    ['cjs', 'CommonJS modules'],
  ]) {
    const { root, main } = writeProgram(format);
    const [plain, reached] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      plain.push(run([main])[0]);
      const [ms, sites] = run(['--import', preload, main], { ROOT: root });
      if (sites < modules * functions) throw new Error(`only ${sites} functions are in reach`);
      reached.push(ms);
    }
    row(`${modules} ${kind}, ${modules * functions} functions`, plain, reached);
  }
  attach();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Measured from inside of a program that has loaded its modules. */
function attach() {
  const main = join(folder, 'mjs', 'attached.mjs');
  writeFileSync(
    main,
    `import './all.mjs';
import { helper0 } from './m7.mjs';
import { LiveModules } from ${JSON.stringify(dist('modules/live-modules.js'))};
const nsPerCall = () => {
  const startedAt = process.hrtime.bigint();
  for (let n = 0; n < 1e6; n += 1) helper0(n, n);
  return Number(process.hrtime.bigint() - startedAt) / 1e6;
};
const ms = (act) => { const startedAt = performance.now(); act(); return performance.now() - startedAt; };
nsPerCall(); nsPerCall();
const before = Math.min(nsPerCall(), nsPerCall(), nsPerCall());
const live = new LiveModules({ root: ${JSON.stringify(join(folder, 'mjs'))}, codeFile: ${JSON.stringify(dist('module-code.cjs'))} });
const watchMs = ms(() => live.watch(['m7.mjs#helper0']));
// Before microtasks run, each call is looked at.
const hitUs = ms(() => { for (let n = 0; n < 100; n += 1) helper0(1, 2); }) * 10;
await null;
if (!live.registry.sites().some(({ name }) => name === 'm7.mjs#helper0')) throw new Error('not in reach');
const namesMs = ms(() => live.names());
live[Symbol.dispose]();
nsPerCall(); nsPerCall();
console.log(watchMs, hitUs, before, Math.min(nsPerCall(), nsPerCall(), nsPerCall()), namesMs);`,
  );
  const results = Array.from({ length: 5 }, () => run([main]));
  const [watchMs, hitUs, before, after, namesMs] = results[0].map((_, k) =>
    median(results.map((result) => result[k])),
  );
  console.log(
    `modules: running already, ${modules} modules: ${watchMs.toFixed(0)} ms until a function is waited for, ${hitUs.toFixed(0)} us a call until it has come; ${before.toFixed(1)} ns a call before, ${after.toFixed(1)} ns after; all names in ${namesMs.toFixed(0)} ms`,
  );
}
