import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModulePrograms, modulePrograms, type ProgramOptions } from './module-programs.js';
import { nodeUnderTest, versionUnderTest } from './node-under-test.js';

const [, major = 0, minor = 0] = /^v(\d+)\.(\d+)/.exec(versionUnderTest())?.map(Number) ?? [];
const hasRegisterHooks = major > 22 || (major === 22 && minor >= 15);

let programs: ModulePrograms;
beforeAll(async () => {
  programs = await modulePrograms();
});
afterAll(() => programs[Symbol.dispose]());

/** Runs a program, expects that it ends well and quietly, and gives what it said. */
async function said(files: Record<string, string>, options: ProgramOptions): Promise<readonly unknown[]> {
  const { lines, stderr, code } = await programs.run(files, options);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return lines;
}

const say = 'const say = (value) => console.log(JSON.stringify(value));';

const shop = {
  'src/db.mjs': `
let queries = 0;
const format = (sql) => 'row of ' + sql;
function connect() { return 'connected'; }
export async function query(sql) { connect(); queries += 1; return format(sql); }
export const count = () => queries;
export function* rows() { yield 1; yield 2; }
export default async (sql) => query(sql);
function hidden() { return connect(); }
export { hidden as shown };
export class Orders {
  #items = [];
  #check() { return true; }
  save(item) { this.#check(); this.#items.push(item); return this.#items.length; }
  static create() { return new Orders(); }
}
export const cache = { map: new Map(), get(key) { return this.map.get(key) ?? 'nothing'; } };
export const limit = 3;
`,
};

describe('a program with ES modules', () => {
  const main = (body: string) => `
import handle, { cache, count, Orders, query, rows, shown } from './src/db.mjs';
${say}
${body}`;
  const all = `
const everything = async () => [await query('a'), count(), [...rows()], await handle('b'), shown(), Orders.create().save(1), cache.get('k')];`;

  test('without the agent, prepared, armed and put back, does the same but for what is armed', async () => {
    const body = `${all}
say(await everything());
const disarm = globalThis.chaos?.arm('connect');
say(shown());
say(disarm?.());
say((await everything()).filter((_, at) => at !== 1));`;
    const files = { 'main.mjs': main(body), ...shop };
    const plain = await said(files, { patterns: [], agent: false });
    const prepared = await said(files, { patterns: ['src/*'] });
    expect(plain[0]).toEqual(['row of a', 1, [1, 2], 'row of b', 'connected', 1, 'nothing']);
    expect(prepared[0]).toEqual(plain[0]);
    expect(prepared.slice(1, 3)).toEqual(['hit src/db.mjs#connect', ['done']]);
    expect(prepared[3]).toEqual(plain[3]);
  });

  test('all its functions, private ones too, methods, statics and methods of objects are sites', async () => {
    const [sites, unpatchable] = await said(
      { 'main.mjs': main('say(chaos.sites().sort()); say(chaos.unpatchable());'), ...shop },
      { patterns: ['src/db.mjs'] },
    );
    const names = [
      'Orders#create',
      'Orders#save',
      'cache#get',
      'connect',
      'count',
      'default',
      'format',
      'hidden',
    ];
    expect(sites).toEqual([...names, 'query', 'rows'].map((name) => `src/db.mjs#${name}`));
    expect(unpatchable).toEqual({});
  });

  test.each([
    ['query', "await query('a')", 'src/db.mjs#query'],
    ['src/db.mjs#query', "await query('a')", 'src/db.mjs#query'],
    ['s*#q*', "await query('a')", 'src/db.mjs#query'],
    ['format', "await query('a')", 'src/db.mjs#format'],
    ['default', "await handle('a')", 'src/db.mjs#default'],
    ['hidden', 'shown()', 'src/db.mjs#hidden'],
    ['count', 'count()', 'src/db.mjs#count'],
    ['rows', 'rows()', 'src/db.mjs#rows'],
    ['Orders#save', 'new Orders().save(1)', 'src/db.mjs#Orders#save'],
    ['Orders#create', 'Orders.create()', 'src/db.mjs#Orders#create'],
    ['cache#get', "cache.get('k')", 'src/db.mjs#cache#get'],
  ])('%s is hit in %s, and the very same function is back afterwards', async (pattern, call, name) => {
    const body = `
const before = [query, count, rows, handle, shown, Orders.prototype.save, Orders.create, cache.get];
const disarm = chaos.arm(${JSON.stringify(pattern)});
say(${call});
say([disarm(), chaos.activePatches()]);
const after = [query, count, rows, handle, shown, Orders.prototype.save, Orders.create, cache.get];
say(after.every((fn, at) => fn === before[at]));
say(String(${call}).startsWith('hit'));`;
    const files = { 'main.mjs': main(body), ...shop };
    expect(await said(files, { patterns: [pattern] })).toEqual([`hit ${name}`, [['done'], []], true, false]);
  });

  test('exports, names and the kinds of functions are what they were', async () => {
    const body = `
const db = await import('./src/db.mjs');
say(Object.keys(db));
say(Object.values(db).map((value) => [typeof value, value?.name, value?.length, Object.prototype.toString.call(value)]));`;
    const files = { 'main.mjs': main(body), ...shop };
    expect(await said(files, { patterns: ['*'] })).toEqual(await said(files, { patterns: [], agent: false }));
  });
});

describe('default exports', () => {
  test.each([
    ['an arrow function', 'export default () => 1', 'default'],
    [
      'an anonymous function, called before its line',
      'say(early());\nexport default function () { return 1; }',
      'default',
    ],
    ['an anonymous async generator', 'export default async function*() { yield 1; }', 'default'],
    ['a named function', 'export default function answer() { return 1; }', 'answer'],
    [
      'a name, declared later',
      'export default answer\n;[1].map(String);\nfunction answer() { return 1; }',
      'answer',
    ],
    ['a const', 'const answer = () => 1\nexport default answer', 'answer'],
    [
      'what a function makes',
      'const twice = (f) => (x) => f(f(x)); export default twice((x) => x + 1);',
      'default',
    ],
  ])('%s', async (_what, text, method) => {
    const early = text.includes('early') ? "import early from './answer.mjs';" : '';
    const files = {
      'main.mjs': `
import answer from './answer.mjs';
${say}
const { name } = answer;
const disarm = globalThis.chaos?.arm('answer.mjs#${method}');
say([name, globalThis.chaos === undefined ? 'hit answer.mjs#${method}' : answer()]);
disarm?.();
say([typeof answer, answer.name, typeof answer(1)]);`,
      'answer.mjs': `${early}${say}${text}`,
    };
    const plain = await said(files, { patterns: [], agent: false });
    expect(await said(files, { patterns: ['answer.mjs'] })).toEqual(plain);
  });

  test('of a class, its methods; of an object, its functions', async () => {
    const files = {
      'main.mjs': `
import Orders from './orders.mjs';
import worker from './worker.mjs';
${say}
say([Orders.name, new Orders().save(), worker.fetch()]);
const disarm = globalThis.chaos?.arm('default#*');
say([new Orders().save(), worker.fetch()]);
disarm?.();
say([Orders.name, new Orders().save(), worker.fetch()]);`,
      'orders.mjs': 'export default class { save() { return 1; } }\n[2].map(String);\n',
      'worker.mjs': 'export default { fetch() { return 2; } }',
    };
    const plain = ['default', 1, 2];
    expect(await said(files, { patterns: ['default'] })).toEqual([
      plain,
      ['hit orders.mjs#default#save', 'hit worker.mjs#default#fetch'],
      plain,
    ]);
    expect((await said(files, { patterns: [], agent: false }))[2]).toEqual(plain);
  });
});

describe('a program with CommonJS modules', () => {
  const db = `'use strict';
const { join } = require('node:path');
function query(sql) { return format(sql); }
const format = (sql) => join('row', sql);
class Orders { save() { return 'saved'; } static create() { return new Orders(); } }
const cache = { get: () => 'cached' };
module.exports = { query, Orders, cache, both: () => query('both') };
exports.lost = () => 1;
`;
  const main = (body: string) => `const db = require('./src/db.cjs');\n${say}\n${body}`;

  test('callers inside and outside of the module are hit', async () => {
    const body = `
say([chaos.sites().sort(), chaos.unpatchable()]);
const before = [db.query, db.Orders, db.Orders.prototype.save];
let disarm = chaos.arm('query');
say([db.query('a'), db.both()]);
say(disarm());
disarm = chaos.arm('src/db.cjs#format');
say([db.query('a')]);
disarm();
disarm = chaos.arm('Orders#save');
say(new db.Orders().save());
disarm();
say([db.query('a'), db.both(), before.every((one, at) => one === [db.query, db.Orders, db.Orders.prototype.save][at])]);`;
    const names = ['Orders#create', 'Orders#save', 'both', 'cache#get', 'format', 'query', 'query'];
    expect(await said({ 'main.cjs': main(body), 'src/db.cjs': db }, { patterns: ['src/db.cjs'] })).toEqual([
      [names.map((name) => `src/db.cjs#${name}`), {}],
      ['hit src/db.cjs#query', 'hit src/db.cjs#query'],
      ['done', 'done'],
      ['hit src/db.cjs#format'],
      'hit src/db.cjs#Orders#save',
      ['row/a', 'row/both', true],
    ]);
  });

  test('`module.exports` of every kind', async () => {
    const files = {
      'main.cjs': `${say}
require('./early.cjs'); require('./one.cjs'); require('./kind.cjs'); require('./props.cjs'); require('./instance.cjs');
say(chaos.sites().sort()); say(chaos.unpatchable());`,
      'early.cjs': 'exports.f = () => 1; return; ',
      'one.cjs': 'module.exports = function handle() {}; module.exports.retry = () => 1;',
      'kind.cjs': 'module.exports = class Kind { save() {} static make() {} };',
      'props.cjs':
        "exports.a = () => 1; exports.b = class B { m() {} }; Object.defineProperty(exports, 'c', { get: () => () => 1 });",
      'instance.cjs': 'class Db { query() {} } module.exports = new Db();',
    };
    expect(await said(files, { patterns: ['*.cjs'] })).toEqual([
      [
        'instance.cjs#Db#query',
        'instance.cjs#query',
        'kind.cjs#Kind#make',
        'kind.cjs#Kind#save',
        'one.cjs#retry',
        'props.cjs#a',
        'props.cjs#b#m',
      ],
      { 'one.cjs#handle': 'it is `module.exports` itself, which its importers hold' },
    ]);
  });

  test('importers that hold a function in a variable of their own are hit too, wherever they are', async () => {
    const files = {
      'main.cjs': `const { query, Orders } = require('./src/db');
const handle = require('./src/handle.cjs');
${say}
const [before, handler] = [query, handle];
setImmediate(() => {
  say([chaos.sites(), chaos.untouched()]);
  let disarm = chaos.arm('src/db.js#query');
  const { ask, isQuery } = require('./src/other.cjs');
  say([query('a'), isQuery(before), disarm()]);
  disarm = chaos.arm('src/db.js#query');
  say([ask('b'), disarm()]);
  disarm = chaos.arm('src/handle.cjs#handle');
  say([handle(), disarm()]);
  say([query('a'), ask('b'), isQuery(before), query === before, handle === handler, new Orders().save()]);
});`,
      'src/db.js': `function query(sql) { return sql; }
class Orders { save() { return 1; } }
module.exports = { query, Orders };`,
      'src/handle.cjs': 'module.exports = async function handle() {};',
      'src/other.cjs': `const { query: run } = require('./db');
exports.ask = (sql) => run(sql);
exports.isQuery = (fn) => fn === run;`,
    };
    const sites = ['query', 'Orders#save', 'query', 'query'].map((method) => `src/db.js#${method}`);
    expect(await said(files, { patterns: ['src/db.js#query', 'src/handle.cjs'] })).toEqual([
      [[...sites, 'src/handle.cjs#handle'], {}],
      // What a module that comes during the fault takes is the function itself.
      ['hit src/db.js#query', true, ['done', 'done', 'done']],
      ['hit src/db.js#query', ['done', 'done', 'done', 'done']],
      ['hit src/handle.cjs#handle', ['done']],
      ['a', 'b', true, true, true, 1],
    ]);
  });

  test('all of it in a function that runs at once, as tsx and bundlers write it', async () => {
    const files = {
      'main.cjs': `const db = require('./db.js');
const early = require('./early.js');
${say}
say([chaos.sites().filter((name) => /^(db|early)/.test(name)), chaos.untouched()]);
const off = chaos.arm('db.js#connect');
say([db.query(), db.place(), early.f()]);
off();
say(db.query());`,
      'db.js': `__filename = 'db.ts'; (() => {
'use strict';
const keep = (fn) => fn;
function connect() { return 'connected'; }
const query = keep(() => connect());
module.exports = { get query() { return query; }, place: () => /db.js:(\\d+:\\d+)/.exec(new Error().stack)[1] };
})()`,
      // It may end before its last line.
      'early.js': '(function () { exports.f = () => 1; if (exports.f) return; exports.g = 2; })();',
    };
    expect(await said(files, { patterns: ['*.js'] })).toEqual([
      [['db.js#place', 'db.js#keep', 'db.js#connect', 'db.js#query', 'early.js#f'], {}],
      ['hit db.js#connect', '6:87', 1],
      'connected',
    ]);
  });

  test('beside ES modules, in both directions', async () => {
    const files = {
      'main.mjs': `
import db from './db.cjs';
import { createRequire } from 'node:module';
${say}
let disarm = chaos.arm('query');
say(db.query());
disarm();
const again = createRequire(import.meta.url)('./db.cjs');
disarm = chaos.arm('db.cjs#*');
say([again.query(), again === db]);
disarm();
say(db.query());`,
      'db.cjs': 'exports.query = () => 1;',
    };
    expect(await said(files, { patterns: ['*'] })).toEqual([
      'hit db.cjs#query',
      ['hit db.cjs#query', true],
      1,
    ]);
  });
});

describe('what a module does stays', () => {
  test('circular imports, top-level await, calls before the last line', async () => {
    const files = {
      'main.mjs': `import { a } from './a.mjs'; ${say} say(a()); const off = globalThis.chaos?.arm('b.mjs#b'); say(a()); off?.(); say(a());`,
      'a.mjs': `import { b } from './b.mjs'; export function a() { return 'a' + b(); } export const early = 1;`,
      'b.mjs': `import { a, early } from './a.mjs'; ${say}
export const b = () => 'b';
try { early; } catch (error) { say(error.name); }
const made = await Promise.resolve(typeof a);
say([made, b(), a()]);`,
    };
    const plain = await said(files, { patterns: [], agent: false });
    const armed = await said(files, { patterns: ['*'] });
    expect(plain).toEqual(['ReferenceError', ['function', 'b', 'ab'], 'ab', 'ab', 'ab']);
    expect(armed).toEqual([...plain.slice(0, 3), 'ahit b.mjs#b', 'ab']);
  });

  test('a const that the module itself assigns to still throws, and says why it is out of reach', async () => {
    const files = {
      'main.mjs': `${say}
const fixed = () => 1;
const [spread] = [() => 1];
const beside = () => 1, other = 2;
try { fixed = 2; } catch (error) { say(error.message); }
setTimeout(() => say([chaos.sites(), chaos.unpatchable()]));`,
    };
    expect(await said(files, { patterns: ['*'] })).toEqual([
      'Assignment to constant variable.',
      [
        ['main.mjs#say'],
        {
          'main.mjs#fixed': 'it is a const, and the module assigns to its name',
          'main.mjs#beside': 'it is a const',
        },
      ],
    ]);
  });

  test('stack traces have the lines and columns of the source, through source maps too', async () => {
    // Made by hand: the whole of line 1 of out.mjs comes from line 7 of in.ts.
    const map = { version: 3, sources: ['in.ts'], names: [], mappings: 'AAMA' };
    const inline = Buffer.from(JSON.stringify(map)).toString('base64');
    const files = {
      'main.mjs': `import { f } from './f.mjs'; import { g } from './out.mjs'; ${say}
const place = (act) => { try { act(); } catch (error) { return /([a-z]+\\.(?:mjs|ts):\\d+:\\d+)/.exec(error.stack.split('\\n').find((line) => line.includes('at ')))[1]; } };
say([place(f), place(g)]);`,
      'f.mjs': `#!/usr/bin/env node\n'use strict'; export const f = (x) => x.y.z; /* const */ export default f`,
      'out.mjs': `export const g = (x) => x.y.z;\n//# sourceMappingURL=data:application/json;base64,${inline}`,
    };
    const nodeOptions = ['--enable-source-maps'];
    const plain = await said(files, { patterns: [], agent: false, nodeOptions });
    expect(plain).toEqual([['f.mjs:2:41', 'in.ts:7:1']]);
    expect(await said(files, { patterns: ['*'], nodeOptions })).toEqual(plain);
  });

  test('line ends, marks and last lines of every kind', async () => {
    const texts = [
      '\u{feff}export const f = () => 1',
      'export const f = () => 1 // no line end',
      "'use strict'\r\nexport const f = () => 1\r\n",
      'export const f = () => `\r\n`.length\n/* the end */',
      'export const f = () => 1\u2028export default f\u2028let x = 2',
    ];
    const files = {
      'main.mjs': `${say}
const out = [];
for (let at = 0; at < ${texts.length}; at += 1) {
  const module = await import('./m' + at + '.mjs');
  out.push(module.f(), globalThis.chaos?.arm('m' + at + '.mjs#f') && module.f(), typeof module.default);
}
say(out);`,
      ...Object.fromEntries(texts.map((text, at) => [`m${at}.mjs`, text])),
    };
    const [out] = (await said(files, { patterns: ['m*.mjs'] })) as [unknown[]];
    expect(out).toEqual(
      texts.flatMap((text, at) =>
        [1, `hit m${at}.mjs#f`, text.includes('default') ? 'string' : 'undefined'].map((x) =>
          x === 'string' ? 'function' : x,
        ),
      ),
    );
  });

  test('what is no JavaScript, or not asked for, or of others, is loaded as it is', async () => {
    const files = {
      'main.mjs': `import { createRequire } from 'node:module'; ${say}
const require = createRequire(import.meta.url);
say([require('./data.json'), require('pack').f(), (await import('./other.mjs')).f(), (await import('./syms.mjs')).f()]);
const wasm = await WebAssembly.compile(require('node:fs').readFileSync(new URL('./empty.wasm', import.meta.url)));
say([String(wasm), chaos.sites(), chaos.untouched()]);
try { require('./broken.cjs'); } catch (error) { say([error.name, chaos.untouched()['broken.cjs'].slice(0, 36)]); }
say(chaos.files());`,
      'data.json': '{"a":1}',
      'empty.wasm': '\0asm\x01\0\0\0',
      'other.mjs': 'export const f = () => 2;',
      'syms.mjs': 'const Symbol = 1; export const f = () => 3;',
      'broken.cjs': 'const = 1;',
      'node_modules/pack/index.js': 'exports.f = () => 1;',
    };
    expect(await said(files, { patterns: ['syms.mjs', 'broken.cjs', 'data.json', '*pack/*'] })).toEqual([
      [{ a: 1 }, 1, 2, 3],
      ['[object WebAssembly.Module]', [], { 'syms.mjs': 'it has a `Symbol` of its own' }],
      ['SyntaxError', 'it cannot be parsed as JavaScript: '.padEnd(36, 'U')],
      expect.arrayContaining(['main.mjs', 'other.mjs', 'node_modules/pack/index.js']),
    ]);
  });

  test('a package of others is in reach when the pattern says so', async () => {
    const files = {
      'main.cjs': `${say} const pack = require('pack'); chaos.arm('node_modules/pack/*#f'); say(pack.f());`,
      'node_modules/pack/index.js': 'exports.f = () => 1;',
    };
    expect(await said(files, { patterns: ['node_modules/pack/*#f'] })).toEqual([
      'hit node_modules/pack/index.js#f',
    ]);
  });
});

describe('the agent', () => {
  test('reaches worker threads, and modules that are loaded later', async () => {
    const files = {
      'main.mjs': `import { Worker, isMainThread, parentPort } from 'node:worker_threads'; ${say}
if (isMainThread) new Worker(new URL(import.meta.url)).on('message', say);
else {
  let told = 0;
  chaos.onMore(() => { told += 1; });
  const late = await import('./late.mjs');
  chaos.arm('f');
  parentPort.postMessage([told, late.f()]);
}`,
      'late.mjs': 'export function f() { return 1; }',
    };
    expect(await said(files, { patterns: ['late.mjs'] })).toEqual([[1, 'hit late.mjs#f']]);
  });

  test('leaves no global behind, and later modules alone', async () => {
    const files = {
      'main.mjs': `import module from 'node:module'; import './a.mjs'; ${say}
const symbols = () => Object.getOwnPropertySymbols(globalThis).filter((one) => String(one).includes('chaosx')).length;
say([symbols(), Object.keys(globalThis).filter((key) => key !== 'chaos')]);
chaos.dispose();
const { b } = await import('./b.mjs');
say([symbols(), b(), chaos.sites(), module.prototype._compile.toString().includes('changer')]);`,
      'a.mjs': 'export const a = () => 1;',
      'b.mjs': 'export const b = () => 1;',
    };
    const [[during, keys], after] = (await said(files, { patterns: ['*.mjs'] })) as [
      [number, string[]],
      unknown[],
    ];
    expect([during, after]).toEqual([1, [0, 1, ['a.mjs#a'], false]]);
    expect(keys).not.toContain('chaosx');
  });

  const stripsTypes = nodeUnderTest !== process.execPath || major > 22 || (major === 22 && minor >= 18);
  test.skipIf(!stripsTypes)(
    'reaches TypeScript where Node runs it, and says so where it does not',
    async () => {
      const files = {
        'main.mjs': `${say}
const typed = await import('./typed.ts');
const { createRequire } = await import('node:module');
const common = createRequire(import.meta.url)('./common.cts');
chaos.arm('typed.ts#f'); chaos.arm('common.cts#g');
say([typed.f(1), common.g(1)]);`,
        'typed.ts': 'export const f = (x: number): number => x + 1;',
        'common.cts': 'exports.g = (x: number): number => x + 1;',
        'package.json': '{"type":"module"}',
      };
      const { lines, stderr } = await programs.run(files, {
        patterns: ['*ts'],
        nodeOptions: ['--disable-warning=ExperimentalWarning'],
      });
      if (stderr.includes('ERR_UNKNOWN_FILE_EXTENSION')) return;
      expect([lines, stderr]).toEqual([[['hit typed.ts#f', 'hit common.cts#g']], '']);
    },
  );
});

test.skipIf(!hasRegisterHooks)('what a loader that comes later makes of a file is reached', async () => {
  const files = {
    'main.mjs': `${say}
import { query } from './db.lang';
chaos.arm('db.lang#connect');
say(query());`,
    'db.lang': 'FUNCTION connect() { RETURN 1; } EXPORT FUNCTION query() { RETURN connect(); }',
    'loader.mjs': `import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    if (!url.endsWith('.lang')) return next(url, context);
    const { source } = next(url, { ...context, format: 'module' });
    return { format: 'module', source: String(source).toLowerCase(), shortCircuit: true };
  },
});`,
  };
  expect(await said(files, { patterns: ['db.lang'], preloaded: ['loader.mjs'] })).toEqual([
    'hit db.lang#connect',
  ]);
});

describe('an agent that comes to a running program', () => {
  const attach = `
import { createRequire } from 'node:module';
${say}
const attach = () => createRequire(import.meta.url)(process.env.LIVE_AGENT).chaos;`;
  const main = (body: string) => `${attach}
import * as db from './src/db.mjs';
${body}`;
  const run = (files: Record<string, string>) => said(files, { patterns: [], agent: false });

  test('reaches private functions of ES modules with the next call into them, and leaves nothing behind', async () => {
    const body = `
import inspector from 'node:inspector';
const state = () => [Reflect.ownKeys(globalThis).length, inspector.url() ?? null, Object.keys(createRequire(import.meta.url).cache).length];
const before = state();
const chaos = attach();
const armed = chaos.arm('src/db.mjs#connect');
say([armed.waiting(), chaos.sites()]);
say([await db.query('a'), db.shown(), armed.waiting()]);
say([armed.disarm(), chaos.activePatches(), db.shown()]);
chaos.dispose();
const after = state();
// The test's own agent was required; the parser was not.
say([after[0] - before[0], after[1], after[2] - before[2]]);`;
    expect(await run({ 'main.mjs': main(body), ...shop })).toEqual([
      [['src/db.mjs#connect'], []],
      ['row of a', 'hit src/db.mjs#connect', []],
      [['done'], [], 'connected'],
      [0, null, 1],
    ]);
  });

  test('is no longer in the way of functions that did not run once the fault is over', async () => {
    const body = `
const chaos = attach();
const armed = chaos.arm('src/db.mjs#connect');
armed.disarm();
say([await db.query('a'), armed.waiting(), chaos.sites()]);`;
    expect(await run({ 'main.mjs': main(body), ...shop })).toEqual([['row of a', [], []]]);
  });

  test('the call that brings a function into reach is let through itself', async () => {
    const body = `
const chaos = attach();
const armed = chaos.arm('query');
say([await db.query('a'), await db.query('b')]);
armed.disarm();
say(await db.query('c'));
const orders = chaos.arm('Orders#save');
say([orders.waiting(), new db.Orders().save(), orders.disarm(), new db.Orders().save()]);`;
    expect(await run({ 'main.mjs': main(body), ...shop })).toEqual([
      ['row of a', 'hit src/db.mjs#query'],
      'row of c',
      [[], 'hit src/db.mjs#Orders#save', ['done'], 1],
    ]);
  });

  test('knows all names beforehand, and says what it cannot reach', async () => {
    const body = `
const chaos = attach();
say((await chaos.names()).filter((name) => name.startsWith('src')).sort());
const armed = chaos.arm('src/db.mjs#count');
say([armed.waiting(), armed.unpatchable]);
armed.disarm();
const unused = chaos.arm('unused');
say(unused.waiting());
db.shown();
say([unused.waiting(), chaos.unpatchable()['src/db.mjs#unused']]);`;
    const files = { ...shop, 'src/db.mjs': `${shop['src/db.mjs']}\nfunction unused() {}\nunused();\n` };
    const reason = 'it is a const, and its module was loaded before chaosx came';
    expect(await run({ 'main.mjs': main(body), ...files })).toEqual([
      ['Orders#create', 'Orders#save', 'cache#get', 'connect', 'hidden', 'query', 'rows', 'unused'].map(
        (method) => `src/db.mjs#${method}`,
      ),
      [[], [{ name: 'src/db.mjs#count', method: 'count', reason }]],
      ['src/db.mjs#unused'],
      [[], 'it cannot be read: unused is not defined'],
    ]);
  });

  test("names that a function has of its own are not taken for the module's", async () => {
    const files = {
      'main.mjs': `${attach}
import { first, second } from './m.mjs';
const chaos = attach();
const armed = chaos.arm('inner');
say([first(() => 'own'), armed.waiting()]);
say([second(), armed.waiting()]);`,
      'm.mjs': `function inner() { return 'inner'; }
export function first(inner) { return inner(); }
export function second() { return [inner()]; }`,
    };
    expect(await run(files)).toEqual([
      ['own', ['m.mjs#inner']],
      [['hit m.mjs#inner'], []],
    ]);
  });

  test('of CommonJS, what is exported is in reach at once, and callers inside with the next call', async () => {
    const files = {
      'main.cjs': `${say}
const db = require('./db.cjs');
const { chaos } = require(process.env.LIVE_AGENT);
say(chaos.sites().filter((name) => name.startsWith('db.cjs')));
const armed = chaos.arm('query');
say([db.query(), db.both(), armed.waiting()]);
say([db.both(), armed.disarm(), db.query(), db.both()]);
const save = chaos.arm('Orders#save');
say([new db.Orders().save(), save.disarm()]);`,
      'db.cjs': `function query() { return 1; }
class Orders { save() { return 2; } }
module.exports = { query, Orders, both: () => query() };`,
    };
    expect(await run(files)).toEqual([
      ['db.cjs#query', 'db.cjs#both', 'db.cjs#Orders#save'],
      ['hit db.cjs#query', 'hit db.cjs#query', []],
      ['hit db.cjs#query', ['done', 'done'], 1, 1],
      ['hit db.cjs#Orders#save', ['done']],
    ]);
  });

  test('of CommonJS in a function that runs at once, private functions with the next call', async () => {
    const files = {
      'main.cjs': `${say}
const db = require('./db.cjs');
const { chaos } = require(process.env.LIVE_AGENT);
const armed = chaos.arm('connect');
say([armed.waiting(), db.query(), armed.waiting(), armed.disarm(), db.query()]);`,
      'db.cjs': `(() => {
function connect() { return 1; }
module.exports = { query: () => connect() };
})();`,
    };
    expect(await run(files)).toEqual([[['db.cjs#connect'], 'hit db.cjs#connect', [], ['done'], 1]]);
  });

  test('a module that another function reaches first, with generators and async functions', async () => {
    const files = {
      'main.mjs': `${attach}
import * as m from './m.mjs';
const chaos = attach();
const armed = chaos.arm('hidden');
const steps = m.steps();
say(armed.waiting());
say([...steps]);
armed.disarm();
const pool = chaos.arm('m.mjs#pool#get');
say(pool.waiting());
say([await m.later(), pool.disarm(), await m.later()]);`,
      'm.mjs': `const pool = new Map([[1, 'one']]);
function hidden() { return 'hidden'; }
export function* steps() { yield hidden(); }
export const later = async () => { await 1; return pool.get(1); };`,
    };
    expect(await run(files)).toEqual([
      ['m.mjs#hidden'],
      ['hit m.mjs#hidden'],
      [],
      ['hit m.mjs#pool#get', ['done'], 'one'],
    ]);
  });
});
