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
import { openTestHub } from './agent-rig.js';
import { closedPort } from './network-servers.js';
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
    const never = { ran: false, swallowed: false, injected: false, ranOutside: 0 };
    const met = { ran: true, injected: true, ranOutside: 0 };
    expect(shown).toEqual([
      { at: `${service.main} catch {`, kind: 'catch-block', ...never },
      { at: `${service.main} on('error', () => {});`, kind: 'error-listener', ...never },
      { at: `${service.main} catch {}`, kind: 'catch-block', ...never, ranOutside: 1 },
      { at: `${service.main} catch (error) {`, kind: 'catch-block', ...met, swallowed: true },
      { at: `${service.main} catch(() => 'fallback');`, kind: 'rejection-handler', ...met, swallowed: true },
      { at: `${service.main} catch (error) {`, kind: 'catch-block', ...met, swallowed: false },
      { at: `${service.main} once('error', console.error);`, kind: 'error-listener', ...never, ran: null },
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

test('children, worker threads and processes that end at once are counted', async () => {
  const root = write(
    {
      main: 'main.cjs',
      files: {
        'src/db.js': `${database}\nmodule.exports = { query };`,
        'main.cjs': `const { query } = require('./src/db');
const { createServer } = require('http');
const { Worker } = require('worker_threads');
const { spawn } = require('child_process');
const worker = new Worker('./worker.cjs');
let asked = 0;
const server = createServer(async (_, answer) => {
  query(1).catch(() => (asked += 1) % 4 === 1 && spawn(process.execPath, ['child.cjs'], { stdio: 'ignore' }));
  answer.end();
});
worker.once('message', () => server.listen(Number(process.env.PORT), '127.0.0.1'));`,
        'worker.cjs': `const { query } = require('./src/db');
require('worker_threads').parentPort.postMessage('up');
setInterval(() => query(1).catch((error) => void error.message), 50);`,
        'child.cjs': `try { JSON.parse('{'); } catch {
  process.exitCode = 3; }
try { JSON.parse('{}'); } catch { process.exit(4); }`,
      },
    },
    'children',
  );
  const { handlers } = await observe({ start: [nodeUnderTest, 'main.cjs'], cwd: root });
  const of = (file: string, line: number) =>
    handlers?.handlers.find((one) => one.file === file && one.line === line);
  const ran = of('main.cjs', 8)?.ran ?? 0;
  expect(ran).toBeGreaterThan(3);
  expect(of('worker.cjs', 3)).toMatchObject({ swallowed: 0, ranOutside: 0 });
  expect(of('worker.cjs', 3)?.ran).toBeGreaterThan(3);
  // The last of them may still start when all is over.
  const inChildren = of('child.cjs', 1);
  expect((inChildren?.ran ?? 0) + (inChildren?.ranOutside ?? 0)).toBeGreaterThan(ran / 4 - 2);
  expect(inChildren).toMatchObject({ injected: 0, kind: 'catch-block' });
  expect(of('child.cjs', 3)).toMatchObject({ ran: 0, ranOutside: 0 });
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
