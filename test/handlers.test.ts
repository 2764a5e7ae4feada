import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CHAOS_SCENARIOS,
  ChaosExperiment,
  ChaosOrchestrator,
  inProcessTarget,
  type Results,
  type StartSpec,
} from '../src/index.js';
import { openTestHub, startProgram } from './agent-rig.js';
import { closedPort, never } from './network-servers.js';
import { nodeUnderTest, versionUnderTest } from './node-under-test.js';

const [, major = 0, minor = 0] = /^v(\d+)\.(\d+)/.exec(versionUnderTest())?.map(Number) ?? [];
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-handlers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A service whose pages ask `query`, which may be made to fail, in several ways. */
interface Service {
  readonly main: string;
  readonly files: Readonly<Record<string, string>>;
}

const database = 'async function query(id) { return `row ${id}`; }';
const pages = `
async function swallowed(id) {
  try {
    return await query(id);
  } catch (error) {
    return 'nothing';
  }
}
async function shown(id) {
  try {
    return await query(id);
  } catch (error) {
    return error.message;
  }
}
const chained = (id) => query(id)
  .catch(() => 'fallback');
async function page() {
  try {
    await Promise.all([swallowed(1), shown(2), chained(3)]);
    return 'well';
  } catch {
    return 'unwell';
  }
}
const jobs = new EventEmitter();
jobs.on('error', () => {});
jobs.once('error', console.error);
try { JSON.parse('{'); } catch {}
`;
const server =
  "createServer(async (_, answer) => answer.end(await page())).listen(Number(process.env.PORT), '127.0.0.1');";

const services: Readonly<Record<string, Service>> = {
  CommonJS: {
    main: 'server.js',
    files: {
      'src/db.js': `${database}\nmodule.exports = { query };`,
      'server.js': `const { query } = require('./src/db'); const { createServer } = require('http'); const EventEmitter = require('events');${pages}${server}`,
      'node_modules/other/index.js': 'try { null.x } catch {}',
    },
  },
  'ES modules': {
    main: 'server.mjs',
    files: {
      'src/db.mjs': `export ${database}`,
      'server.mjs': `import { query } from './src/db.mjs'; import { createServer } from 'http'; import EventEmitter from 'events';${pages}${server}`,
    },
  },
  ...(runsTypeScript && {
    TypeScript: {
      main: 'server.mts',
      files: {
        'src/db.mts': `interface Row {\n  readonly id: number;\n}\nexport async function query(id: Row['id']): Promise<string> { return \`row \${id}\`; }`,
        'server.mts': `import { query } from './src/db.mts'; import { createServer } from 'http'; import EventEmitter from 'events';${pages.replaceAll('(id)', '(id: number)').replaceAll('query(id: number)', 'query(id)')}${server}`,
      },
    },
  }),
};

function write({ files }: Service, name: string): string {
  const root = join(folder, name.replaceAll(' ', '-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

async function observe(spec: Omit<StartSpec, 'name' | 'env' | 'ready'>): Promise<Results> {
  const port = await closedPort();
  const orchestrator = new ChaosOrchestrator({
    resultsDirectory: join(folder, 'results'),
    stateDirectory: join(folder, 'state'),
  });
  return orchestrator.runExperiment(
    new ChaosExperiment({
      name: 'handlers',
      targetSystem: {
        name: 'service',
        env: { PORT: String(port) },
        ready: { tcp: `127.0.0.1:${port}` },
        ...spec,
      },
      observeHandlers: true,
      scenarios: [
        CHAOS_SCENARIOS.random_exceptions.with({
          targetComponents: ['src/db.*#query'],
          parameters: { injectionRate: 1, exceptionTypes: ['ECONNRESET'] },
          duration: '1s',
        }),
      ],
      probes: [{ name: 'page', http: `http://127.0.0.1:${port}/`, every: '100ms' }],
      successCriteria: { passRate: 0 },
      baseline: '300ms',
      holdTime: '100ms',
      seed: 1,
    }),
  );
}

describe.each(Object.entries(services))('a service of %s', (name, service) => {
  test('says which of its handlers ran under the fault, which swallowed, and which never ran', async () => {
    const root = write(service, name);
    const { handlers, verdict, reason, cleanExit } = await observe({
      start: [nodeUnderTest, service.main],
      cwd: root,
    });
    expect({ verdict, why: verdict === 'held' ? '' : reason, clean: cleanExit?.clean }).toEqual({
      verdict: 'held',
      why: '',
      clean: true,
    });
    const lines = (service.files[service.main] ?? '').split('\n');
    // By what stands there: so that the places are the file's own.
    const shown = handlers?.handlers.map(
      ({ file, line, column, kind, ran, swallowed, injected, ranOutside }) => ({
        at: `${file} ${lines[line - 1]?.slice(column - 1) ?? ''}`,
        kind,
        ran: ran === null ? null : ran > 0,
        swallowed: swallowed > 0 && swallowed === ran,
        injected: injected > 0 && injected === ran,
        ranOutside,
      }),
    );
    const unmet = { ran: false, swallowed: false, injected: false, ranOutside: 0 };
    const met = { ran: true, injected: true, ranOutside: 0 };
    expect(shown).toEqual([
      { at: `${service.main} catch {`, kind: 'catch-block', ...unmet },
      { at: `${service.main} on('error', () => {});`, kind: 'error-listener', ...unmet },
      { at: `${service.main} catch {}`, kind: 'catch-block', ...unmet, ranOutside: 1 },
      { at: `${service.main} catch (error) {`, kind: 'catch-block', ...met, swallowed: true },
      { at: `${service.main} catch(() => 'fallback');`, kind: 'rejection-handler', ...met, swallowed: true },
      { at: `${service.main} catch (error) {`, kind: 'catch-block', ...met, swallowed: false },
      { at: `${service.main} once('error', console.error);`, kind: 'error-listener', ...unmet, ran: null },
    ]);
    expect(handlers).toMatchObject({
      totals: { found: 7, ran: 3, swallowed: 2, neverRan: 3, untold: 1 },
      scenarios: [{ scenario: 'random_exceptions', ran: 3, swallowed: 2 }],
      more: 0,
      outOfReach: [],
      failed: null,
    });
  });
});

test('worker threads are counted, and children that end before their first turn', async () => {
  const root = write(
    {
      main: 'child.cjs',
      files: {
        'child.cjs': `try { JSON.parse('{'); } catch {
  process.exitCode = 3; }
try { JSON.parse('{}'); } catch { process.exit(4); }`,
        'worker.cjs': `Promise.reject(new Error('no')).catch((error) => require('worker_threads').parentPort.postMessage(error.message));
setInterval(() => undefined, 1_000);`,
      },
    },
    'children',
  );
  await using agents = await openTestHub({ handlers: { root, patterns: ['**/*'] } });
  await using program = startProgram(
    `const { spawnSync } = require('child_process');
const { Worker } = require('worker_threads');
const answer = async (line) => {
  if (line === 'child') return spawnSync(process.execPath, [${JSON.stringify(join(root, 'child.cjs'))}]).status;
  const worker = new Worker(${JSON.stringify(join(root, 'worker.cjs'))});
  worker.unref();
  return new Promise((resolve) => worker.once('message', resolve));
};`,
    agents.variables,
  );
  const armed = await agents.hub.arm('look', { kind: 'handlers', activeMs: 60_000 }, () => undefined, never);
  expect([await program.ask('child'), await program.ask('child'), await program.ask('worker')]).toEqual([
    '3',
    '3',
    'no',
  ]);
  const untouched = { told: true, injected: 0 };
  const expected = [
    { ...untouched, file: 'child.cjs', line: 1, column: 26, kind: 'catch-block', ran: 2, swallowed: 2 },
    { ...untouched, file: 'child.cjs', line: 3, column: 27, kind: 'catch-block', ran: 0, swallowed: 0 },
    {
      ...untouched,
      file: 'worker.cjs',
      line: 1,
      column: 33,
      kind: 'rejection-handler',
      ran: 1,
      swallowed: 0,
    },
  ];
  const byPlace = async () =>
    (await armed.counts(never)).handlers.toSorted((a, b) =>
      `${a.file}:${a.line}` < `${b.file}:${b.line}` ? -1 : 1,
    );
  // What a process wrote as it ended may be read a moment later.
  await expect.poll(byPlace).toEqual(expected);
  await armed.disarm(never);
});

test('a program says the same with and without its handlers observed, and finds nothing in its globals', async () => {
  const root = write(
    {
      main: 'main.mjs',
      files: {
        'main.mjs': `import { EventEmitter } from 'node:events';
const lineOf = (error) => /main.mjs:(\\d+)/.exec(error.stack)[1];
const seen = [];
function fails() { throw new RangeError('no'); }
for (const way of [0, 1, 2]) {
  try { fails(); } catch (error) { seen.push(lineOf(error), way); if (way === 0) continue; if (way === 1) { seen.push('one'); } else break; }
}
const answers = (() => { try { fails(); } catch { return { n: 1 }; } })();
const emitter = new EventEmitter();
const listener = () => seen.push('heard');
emitter.on('error', listener).once('error', function named(error) { seen.push(this === emitter, arguments.length, error.message); });
emitter.emit('error', new Error('e'));
seen.push(emitter.listeners('error').includes(listener), emitter.off('error', listener).listenerCount('error'));
const rest = await Promise.reject(new Error('x')).then(undefined, () => () => 1).then((fn) => [fn.name, fn.length]);
seen.push(answers, ...rest, (() => {}).length, Object.keys(globalThis).length);
console.log(JSON.stringify(seen));
process.on('exit', () => console.log('bye'));
await Promise.reject(new Error('the end')).catch((error) => {
  throw new TypeError('worse', { cause: error.message });
});`,
      },
    },
    'same',
  );
  const run = (env: NodeJS.ProcessEnv) => {
    const { stdout, stderr, status } = spawnSync(nodeUnderTest, ['main.mjs'], {
      cwd: root,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    // In which turn a promise goes on is the platform's, as soon as there is any agent.
    const lines = stderr.split('\n').filter((line) => !line.includes('process.processTicksAndRejections'));
    return { stdout, stderr: lines.join('\n').replaceAll(/:\d+\)|(?<=main\.mjs:\d+):\d+/g, ''), status };
  };
  await using hub = await openTestHub({ handlers: { root, patterns: ['**/*'] } });
  const plain = run({});
  expect(plain).toMatchObject({ status: 1, stdout: expect.stringMatching(/heard[^]*bye/) as string });
  expect(run(hub.variables)).toEqual(plain);
});

test('what chaosx does not start is refused', async () => {
  const experiment = new ChaosExperiment({
    name: 'handlers',
    targetSystem: inProcessTarget('service', { db: { query: () => 1 } }),
    observeHandlers: ['src/*.js'],
    scenarios: ['slow_method'],
  });
  const orchestrator = new ChaosOrchestrator({ resultsDirectory: null, healthCheck: () => true });
  await expect(orchestrator.runExperiment(experiment)).rejects.toThrow(
    'the handlers of service cannot be observed: chaosx does not start it',
  );
});
