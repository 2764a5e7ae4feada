// Are generated tests worth something? A test agent writes some; they run without chaos, and then while what they call fails.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHAOS_SCENARIOS, runSuite } from '@testagentx/chaos';
import { startShop } from './start-shop.js';

/** Stands for the agent that generates tests. */
function generateTests(url: string): string {
  return `
    import assert from 'node:assert/strict';
    import { test } from 'node:test';
    const priceOf = async (article) => (await fetch('${url}/' + article)).json();
    test('a price is above nothing', async () => assert.ok((await priceOf('42')) > 0));
    test('a price is asked for', async () => { await priceOf('42').catch(() => null); });
  `;
}

await using shop = await startShop();
const folder = await mkdtemp(join(tmpdir(), 'generated-tests-'));
try {
  await writeFile(join(folder, 'prices.test.mjs'), generateTests(shop.url));
  const results = await runSuite({
    name: 'Test Suite Resilience',
    command: [process.execPath, '--test', '--test-reporter=tap'],
    cwd: folder,
    scenarios: [
      CHAOS_SCENARIOS.random_exceptions.with({
        parameters: { methods: ['fetch'], exceptionTypes: ['ECONNRESET'], injectionRate: 1 },
      }),
    ],
    repeats: 2,
    passRate: 0.95,
    resultsDirectory: null,
  });
  console.log(`${results.verdict}: ${results.reason}`);
  for (const { id, standing } of results.tests) console.log(`${id}: ${standing}`);
  for (const { text } of results.recommendations) console.log(`TODO: ${text}`);
} finally {
  await rm(folder, { recursive: true });
}
