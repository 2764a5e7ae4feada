import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Results } from '../src/model/results.js';
import { CliFolder } from './cli-process.js';
import { closedPort } from './network-servers.js';

test('examples/orders/full-disk.yaml: the shop stays open while its disk is full', async () => {
  using folder = new CliFolder();
  const [copy, data, port] = [join(folder.path, 'orders'), join(folder.path, 'data'), await closedPort()];
  mkdirSync(data);
  cpSync(fileURLToPath(new URL('../examples/orders', import.meta.url)), copy, { recursive: true });
  const file = join(copy, 'full-disk.yaml');
  // A port and a folder of its own; on a busy machine answers take longer.
  const text = readFileSync(file, 'utf8')
    .replaceAll('4300', String(port))
    .replaceAll('/tmp', data)
    .replace('p95ResponseMs: 500', 'p95ResponseMs: 5000');
  writeFileSync(file, text);
  const { stdout, stderr } = await folder.run('run', file, '--json');
  const results = JSON.parse(stdout) as Results;
  expect({ stderr, verdict: results.verdict, reason: results.reason }).toMatchObject({ verdict: 'held' });
  const [scenario] = results.scenarios;
  expect(scenario).toMatchObject({
    backend: 'agent',
    evidence: { active: 'yes', exposure: { kind: 'counted' } },
  });
  expect(results.cleanExit).toMatchObject({ clean: true });
  // Orders come by themselves before and after.
  expect(readFileSync(join(data, 'orders.jsonl'), 'utf8')).not.toBe('');
});
