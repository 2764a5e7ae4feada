import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ChaosEvent } from '../src/model/events.js';
import type { Results } from '../src/model/results.js';
import { CliFolder } from './cli-process.js';
import { closedPort, startUpstream } from './network-servers.js';
import { nodeUnderTest } from './node-under-test.js';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly results: Results | null;
  readonly events: readonly ChaosEvent[];
}

/** Runs an experiment file on a service of modules, or of what it asks others. */
async function runFile(service: 'store' | 'asker', scenario: object, way: string): Promise<Run> {
  await using upstream = await startUpstream();
  using folder = new CliFolder();
  const port = await closedPort();
  const started =
    service === 'store'
      ? { start: [nodeUnderTest, 'server.mjs'], cwd: fixture('store-service') }
      : { start: [nodeUnderTest, fixture('asks-in-every-way.mjs')] };
  writeFileSync(
    join(folder.path, 'agent.yaml'),
    // JSON is YAML.
    JSON.stringify({
      name: 'Inside the service',
      targetSystem: {
        name: 'service',
        ...started,
        env: { PORT: String(port), UPSTREAM: upstream.url },
        ready: { tcp: `127.0.0.1:${port}`, within: '10s' },
      },
      scenarios: [{ duration: '1s', ...scenario }],
      probes: [{ name: 'page', http: `http://127.0.0.1:${port}/${way}`, every: '100ms' }],
      successCriteria: { passRate: 0 },
      baseline: '500ms',
      holdTime: '100ms',
      seed: 42,
    }),
  );
  const { code, stdout, stderr } = await folder.run('run', 'agent.yaml');
  const parent = join(folder.path, 'chaos_results', 'inside-the-service');
  const output = stdout + stderr;
  try {
    const kept = (name: string) => readFileSync(join(parent, 'latest', name), 'utf8');
    const events = kept('events.jsonl').trim().split('\n');
    expect(readdirSync(folder.temporary)).toEqual([]);
    return {
      code,
      output,
      results: JSON.parse(kept('results.json')) as Results,
      events: events.map((line) => JSON.parse(line) as ChaosEvent),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { code, output, results: null, events: [] };
  }
}

const everyFetch = { methods: ['fetch'], injectionRate: 1, exceptionTypes: ['ECONNRESET'] };

describe('an experiment file breaks what happens inside a started Node process', () => {
  test('calls of the platform', async () => {
    const { code, results, events } = await runFile(
      'asker',
      { use: 'random_exceptions', parameters: everyFetch },
      'fetch',
    );
    expect(results).toMatchObject({
      verdict: 'held',
      scenarios: [
        {
          backend: 'agent',
          evidence: {
            active: 'yes',
            measured: { quantity: 'matching calls whose caller got an injected error', during: 100 },
            exposure: {
              kind: 'counted',
              what: expect.stringMatching(/^calls hit, of \d+ that matched$/) as string,
            },
          },
        },
      ],
      cleanExit: { clean: true },
    });
    expect(code).toBe(0);
    const decisions = events.filter((event) => event.type === 'decision-fired');
    expect(decisions.length).toBeGreaterThan(3);
    expect(decisions[0]).toMatchObject({ site: 'fetch', n: 0, effect: 'throw ECONNRESET' });
    expect(events.find((event) => event.type === 'run-started')).toMatchObject({
      scenarios: [{ targetComponents: [], replayable: true }],
    });
  });

  test.each([
    [{ use: 'random_exceptions', parameters: { injectionRate: 1 } }, 'src/store.mjs#query'],
    [{ use: 'null_injection', parameters: { injectionRate: 1 } }, 'src/store.mjs#query'],
    [
      { use: 'slow_method', parameters: { injectionRate: 1, delayMs: 100, methods: ['Orders#*'] } },
      'src/store.mjs#Orders#save',
    ],
  ])('functions of its modules: %j', async (scenario, site) => {
    const way = site.split('#').at(-1) ?? '';
    const { results, events } = await runFile('store', { ...scenario, targetComponents: ['src/*.mjs'] }, way);
    expect(results).toMatchObject({ verdict: 'held', cleanExit: { clean: true } });
    const decisions = events.filter((event) => event.type === 'decision-fired');
    expect(new Set(decisions.map((decision) => decision.site))).toEqual(new Set([site]));
  });

  test('a fault that is never met is not injected', async () => {
    const { code, results } = await runFile(
      'asker',
      { use: 'random_exceptions', parameters: everyFetch },
      'http',
    );
    expect(results).toMatchObject({ verdict: 'not-injected', scenarios: [{ evidence: { active: 'yes' } }] });
    expect(code).toBe(4);
  });

  test('a name that is not there: near misses, and nothing is injected', async () => {
    const { code, results } = await runFile(
      'store',
      {
        use: 'null_injection',
        targetComponents: ['src/*.mjs'],
        parameters: { methods: ['Order#save'] },
      },
      'save',
    );
    expect(results).toMatchObject({
      verdict: 'not-injected',
      reason: expect.stringContaining(
        'no function of these modules matches "Order#save" (did you mean "Orders#save"?); there are ',
      ) as string,
      cleanExit: { clean: true },
    });
    expect(code).toBe(4);
  });

  test('without functions to act on it is refused', async () => {
    const { code, output } = await runFile('store', { use: 'null_injection' }, 'query');
    expect(code).toBe(2);
    expect(output).toContain(
      'null_injection acts on functions of the target\'s modules: name these in targetComponents, e.g. ["src/*.js"]',
    );
  });
});
