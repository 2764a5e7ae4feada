import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('fixtures/meets-corrupted-messages.mjs', import.meta.url));

const [right, wrong] = [{ price: 5 }, { price: -5 }];

test('messages of threads, processes and servers are corrupted on their way in, and right again after', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 30_000 });
  const met = stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(met).toEqual([
    [
      'port',
      [right, right],
      [wrong, wrong],
      [right, right],
      'yes',
      2,
      'message.price of worker_threads.message',
    ],
    ['worker', right, wrong, right, 'yes', 1, 'message.price of worker_threads.message'],
    ['own', 'nothing', 'nothing', 'nothing', 'yes', 0, null],
    ['child', right, wrong, right, 'yes', 1, 'message.price of child_process.message'],
    ['json', [right, right], [wrong, right], [right, right], 'yes', 1, 'message.price of fetch.json'],
  ]);
});
