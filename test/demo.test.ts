import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

test('npm run demo: the naive shop deviates, the hardened one holds', async () => {
  const { stdout } = await run(process.execPath, ['examples/checkout/demo.mjs']);
  const verdicts = stdout.match(/^ {2}verdict .*$/gm)?.map((line) => line.trim().split(/ {2,}/));
  const pair = ['verdict', 'deviated', 'held'];
  expect(verdicts).toEqual(hasRedis ? [pair, pair] : [pair]);
  expect(existsSync('chaos_results/demo')).toBe(true);
}, 120_000);

test.skipIf(process.env['CI'] === undefined)('CI has a real Redis for the second half of the demo', () => {
  expect(hasRedis).toBe(true);
});
