import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CliFolder, outputOf } from './cli-process.js';
import { ask } from './toxiproxy-fixture.js';

/** Starts `chaosx proxy` and waits until it says where its API listens. */
async function serve(folder: CliFolder, ...args: readonly string[]) {
  const child = folder.start(['proxy', '--api', '127.0.0.1:0', ...args]);
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await once(child.stdout ?? child, 'data');
  const port = Number(/:(\d+),/.exec(printed)?.[1]);
  return { child, port, printed: () => printed };
}

test('it serves until Ctrl-C, with the proxies of a file, and closes them', async () => {
  using folder = new CliFolder();
  const config = [
    {
      name: 'db',
      listen: '127.0.0.1:0',
      upstream: '127.0.0.1:5432',
      toxics: [{ type: 'latency', attributes: { latency: 5 } }],
    },
  ];
  writeFileSync(join(folder.path, 'proxies.json'), JSON.stringify(config));
  const { child, port, printed } = await serve(
    folder,
    '--config',
    'proxies.json',
    '--seed',
    '4',
    '--proxy-metrics',
  );
  await expect.poll(printed).toContain('db: 127.0.0.1:');
  const text = printed().replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');
  expect(text).toBe(
    'chaosx proxy: API on http://127.0.0.1:PORT, seed 4\n  db: 127.0.0.1:PORT -> 127.0.0.1:PORT\n',
  );
  expect(JSON.parse((await ask(port, 'GET', '/proxies/db/toxics')).body)).toHaveLength(1);
  expect((await ask(port, 'GET', '/metrics')).body).toContain('toxiproxy_proxy_sent_bytes_total');
  expect((await ask(port, 'GET', '/chaosx/version')).body).toMatch(/^{"version":"\d/);
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
  await expect(ask(port, 'GET', '/version')).rejects.toThrow('ECONNREFUSED');
});

test('a configuration that does not work is said, and the API serves all the same', async () => {
  using folder = new CliFolder();
  writeFileSync(join(folder.path, 'proxies.json'), '[{"name":"db"}]');
  const { child, port } = await serve(folder, '--config', 'proxies.json');
  const output = outputOf(child);
  expect((await ask(port, 'GET', '/proxies')).body).toBe('{}');
  child.kill('SIGTERM');
  expect(await output).toMatchObject({
    code: 0,
    stderr: 'error: proxies.json: missing required field: upstream at proxy 1\n',
  });
});

test.each([
  [['--api', '0.0.0.0:0'], /expected the API to listen on loopback.*\n.*token/],
  [['--api', 'nonsense'], /expected --api to be host:port, got "nonsense"/],
  [['--config', 'nowhere.json'], /cannot read nowhere\.json/],
  [['--seed', 'x'], /expected a whole number/],
])('chaosx proxy %j is refused', async (args, message) => {
  using folder = new CliFolder();
  const { code, stderr, stdout } = await folder.run('proxy', ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
