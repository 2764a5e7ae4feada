import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSuite } from '../src/api/run-suite.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';

/** Packages that publish their tests, and what these need. docs/suites.md says what five repeats found. */
const packages = [
  '@fastify/send@4.1.0',
  'sonic-boom@5.0.0',
  'supertest@6.3.4',
  'after@0.8.2',
  'proxyquire@2.1.3',
  '@sinonjs/fake-timers@15.0.0',
];

let app = '';
beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'chaosx-others-'));
  await writeFile(join(app, 'package.json'), '{ "private": true }');
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  await promisify(execFile)('npm', ['install', ...quiet, ...packages], { cwd: app });
}, 180_000);
afterAll(() => rm(app, { recursive: true, force: true }));

const command = [process.execPath, '--test', '--test-reporter=tap'] as const;
const few = { repeats: 1, undisturbed: 1, resultsDirectory: null, seed: 1 };

test('sonic-boom: its tests notice a disk that is full', async () => {
  const told = await runSuite({
    ...few,
    command: [...command, 'test/flush.test.js', 'test/end.test.js'],
    cwd: join(app, 'node_modules/sonic-boom'),
    scenarios: [CHAOS_SCENARIOS.disk_full.with({ parameters: { place: 'target' } })],
  });
  expect(told).toMatchObject({ outcome: 'ran', report: 'tap', verdict: 'deviated' });
  const [full] = told.byScenario;
  expect(full).toMatchObject({ counted: 1, exposure: 'counted', unnoticed: false });
  expect(full?.met).toBeGreaterThan(10);
  expect(full?.noticedBy.length).toBeGreaterThan(10);
  const failed = told.tests.flatMap(({ under }) => under);
  expect(failed.every(({ harness }) => harness === 0)).toBe(true);
  expect(failed.some(({ message }) => message.includes('ENOSPC'))).toBe(true);
}, 120_000);

test('@fastify/send: its tests hold while answers come out of order, hundreds of times', async () => {
  const told = await runSuite({
    ...few,
    command,
    cwd: join(app, 'node_modules/@fastify/send'),
    scenarios: ['race_condition'],
  });
  expect(told).toMatchObject({ outcome: 'ran', report: 'tap', verdict: 'held' });
  expect(told.tests.length).toBeGreaterThan(150);
  expect(told.byScenario[0]).toMatchObject({ counted: 1, unnoticed: true });
  expect(told.byScenario[0]?.met).toBeGreaterThan(100);
}, 180_000);
