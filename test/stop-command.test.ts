import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CliFolder, outputOf } from './cli-process.js';
import { closedPort, startUpstream } from './network-servers.js';

const experiment = (upstream: number, port: number) => `name: Stopped
targetSystem: { name: stock, address: "127.0.0.1:${upstream}", listen: "127.0.0.1:${port}" }
probes: [{ name: stock, http: "http://127.0.0.1:${port}/", every: 100ms }]
scenarios: [{ use: high_latency, duration: 50s, parameters: { latencyMs: 20 } }]
baseline: 200ms
`;

/** Starts a run, or a campaign of them, and waits until so many runs of the folder have begun to break something. */
async function startRun(folder: CliFolder, breaking: number, ...args: readonly string[]) {
  const output = outputOf(folder.start(args));
  const journals = join(folder.path, 'state', 'undo');
  const textOf = (name: string) => readFileSync(join(journals, name), 'utf8');
  const begun = () => readdirSync(journals).filter((name) => textOf(name).includes('"kind":"toxic"')).length;
  await expect.poll(() => existsSync(journals) && begun(), { timeout: 20_000 }).toBe(breaking);
  // Not the promise itself: it would be waited for.
  return { output };
}

test('chaosx stop ends runs and campaigns, which revert, and says which', async () => {
  using folder = new CliFolder();
  await using upstream = await startUpstream();
  await using other = await startUpstream();
  writeFileSync(join(folder.path, 'one.yaml'), experiment(upstream.port, await closedPort()));
  writeFileSync(join(folder.path, 'two.yaml'), experiment(other.port, await closedPort()));
  const run = await startRun(folder, 1, 'run', 'one.yaml');
  const campaign = await startRun(folder, 2, 'run', 'two.yaml', '--repeat', '3');
  const stop = await folder.run('stop');
  expect(stop).toMatchObject({ code: 0, stderr: '' });
  expect(stop.stdout).toMatch(/^run \S+ stopped\nrun \S+ stopped\n$/);
  expect(await run.output).toMatchObject({
    code: 130,
    stdout: expect.stringContaining('chaosx stop') as unknown,
  });
  expect((await campaign.output).code).toBe(130);
  expect((await folder.run('recover')).stdout).toBe('nothing was left behind\n');
  expect((await folder.run('stop')).stdout).toBe('no run was under way\n');
});

test('with --hold, or the file itself, no run starts until it is released', async () => {
  using folder = new CliFolder();
  await using upstream = await startUpstream();
  writeFileSync(join(folder.path, 'one.yaml'), experiment(upstream.port, await closedPort()));
  const file = join(folder.path, 'state', 'stop', 'requested');
  expect((await folder.run('stop', '--hold')).stdout).toContain(file);
  expect(existsSync(file)).toBe(true);
  expect(await folder.run('run', 'one.yaml')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('`chaosx stop --release` lets runs start again') as unknown,
  });
  expect((await folder.run('stop', '--release')).stdout).toBe('runs may start again\n');
  expect(existsSync(file)).toBe(false);
  writeFileSync(file, '');
  expect((await folder.run('run', 'one.yaml')).code).toBe(2);
  rmSync(file);
  const { output } = await startRun(folder, 1, 'run', 'one.yaml');
  writeFileSync(file, '');
  expect((await output).code).toBe(130);
});

test('a `chaosx stop` that is killed holds up no run', async () => {
  using folder = new CliFolder();
  await using upstream = await startUpstream();
  writeFileSync(join(folder.path, 'one.yaml'), experiment(upstream.port, await closedPort()));
  const file = join(folder.path, 'state', 'stop', 'requested');
  const stop = folder.start(['stop']);
  await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
  stop.kill('SIGKILL');
  await once(stop, 'exit');
  expect(existsSync(file)).toBe(true);
  const { output } = await startRun(folder, 1, 'run', 'one.yaml');
  writeFileSync(file, '');
  expect((await output).code).toBe(130);
});

test('--hold and --release together are refused', async () => {
  using folder = new CliFolder();
  const { code, stderr } = await folder.run('stop', '--hold', '--release');
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: expected --hold or --release, got both\n' });
});
