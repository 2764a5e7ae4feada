import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CHAOS_SCENARIOS,
  ChaosExperiment,
  ChaosOrchestrator,
  type Results,
  type StartSpec,
} from '../src/index.js';
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
    const { handlers, verdict, cleanExit } = await observe({
      start: [nodeUnderTest, service.main],
      cwd: root,
    });
    expect({ verdict, clean: cleanExit?.clean }).toEqual({ verdict: 'held', clean: true });
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
