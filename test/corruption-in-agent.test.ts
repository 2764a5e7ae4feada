import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Results } from '../src/model/results.js';
import { CliFolder } from './cli-process.js';
import { closedPort } from './network-servers.js';
import { nodeUnderTest } from './node-under-test.js';

const cwd = fileURLToPath(new URL('fixtures/cart-service/', import.meta.url));

interface Corruption {
  readonly targetComponents?: readonly string[];
  readonly parameters: object;
}

/** Runs an experiment file on the service that holds state. */
async function run(corruption: Corruption, way: string) {
  using folder = new CliFolder();
  const port = await closedPort();
  writeFileSync(
    join(folder.path, 'cart.yaml'),
    // JSON is YAML.
    JSON.stringify({
      name: 'Corrupted cart',
      targetSystem: {
        name: 'cart',
        start: [nodeUnderTest, 'server.cjs'],
        cwd,
        env: { PORT: String(port) },
        ready: { tcp: `127.0.0.1:${port}`, within: '10s' },
      },
      scenarios: [{ use: 'state_corruption', duration: '1s', ...corruption }],
      probes: [{ name: 'page', http: `http://127.0.0.1:${port}/${way}`, every: '100ms' }],
      successCriteria: { passRate: 0 },
      baseline: '300ms',
      holdTime: '100ms',
      seed: 42,
    }),
  );
  const { code, stdout, stderr } = await folder.run('run', 'cart.yaml');
  const file = join(folder.path, 'chaos_results', 'corrupted-cart', 'latest', 'results.json');
  const results = code === 2 ? null : (JSON.parse(readFileSync(file, 'utf8')) as Results);
  const [scenario] = results?.scenarios ?? [];
  return { code, output: stdout + stderr, scenario, details: scenario?.evidence?.details?.[0] };
}

const always = { injectionRate: 1, operators: ['scale'] };

describe('inside a started Node process', () => {
  test('live state of a module is corrupted, and what was is in the results', async () => {
    const { code, scenario, details, output } = await run(
      { targetComponents: ['src/cart.cjs'], parameters: { ...always, on: ['state'] } },
      'prices',
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(scenario?.evidence).toMatchObject({
      active: 'yes',
      measured: { quantity: 'places of live state that hold corrupted data', during: 2 },
      exposure: { kind: 'unknown' },
    });
    expect(details?.title).toBe('What was corrupted');
    expect(details?.rows.map((row) => row.slice(0, 4))).toEqual(
      expect.arrayContaining([
        ['state.apple of src/cart.cjs#prices', '', 'scale', '3'],
        ['state.pear of src/cart.cjs#prices', '', 'scale', '4'],
      ]),
    );
  });

  test('messages and arguments, which is counted', async () => {
    const messages = await run({ parameters: { ...always, on: ['messages'] } }, 'message');
    expect(messages).toMatchObject({ code: 0 });
    expect(messages.details?.rows[0]?.slice(0, 4)).toEqual([
      'message.price of worker_threads.message',
      '0',
      'scale',
      '5',
    ]);
    const args = await run(
      { targetComponents: ['src/cart.cjs'], parameters: { ...always, on: ['arguments'] } },
      'total',
    );
    expect(args.scenario?.evidence?.exposure).toMatchObject({ kind: 'counted' });
    expect(args.details?.rows[0]?.slice(0, 4)).toEqual([
      'arguments[0].apples of src/cart.cjs#total',
      expect.any(String),
      'scale',
      '2',
    ]);
  });

  test('a module that holds nothing of the kind is named with its reason: nothing is injected', async () => {
    const { code, output } = await run(
      {
        targetComponents: ['src/cart.cjs'],
        parameters: { injectionRate: 1, operators: ['date-shift'], on: ['state'] },
      },
      'prices',
    );
    expect(code).toBe(4);
    expect(output).toContain(
      'no module of the target with data that can be corrupted in it matches "src/cart.cjs"',
    );
    expect(output).toContain('the operator date-shift does not apply to anything in it');
  });

  test('a message that there is none of is named with near misses', async () => {
    const { code, output } = await run(
      { parameters: { on: ['messages'], methods: ['worker_thread.message'] } },
      'message',
    );
    expect(code).toBe(4);
    expect(output).toContain('no message of the platform matches "worker_thread.message" (did you mean');
  });

  test('state without a module that is named is refused before anything starts', async () => {
    const { code, output } = await run({ parameters: { on: ['state'] } }, 'prices');
    expect(code).toBe(2);
    expect(output).toContain('name these in targetComponents, e.g. ["src/*.js"]');
  });
});
