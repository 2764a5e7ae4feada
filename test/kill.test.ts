import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { decisions } from '../src/model/decide.js';
import { systemClock } from '../src/model/system-clock.js';
import { leftovers } from '../src/undo/leftovers.js';
import { environmentOf, listProcesses } from '../src/undo/process-table.js';
import { CliFolder, outputOf } from './cli-process.js';
import { closedPort, never, startUpstream } from './network-servers.js';

const shop = fileURLToPath(new URL('fixtures/shop.mjs', import.meta.url));
/** DESIGN.md §9: nothing is left after this. */
const limitMs = 2_000;

function experiment(port: number, upstream: number): string {
  return `name: Killed
targetSystem:
  name: shop
  start: ["${process.execPath}", "${shop}"]
  env: { PORT: "${port}", UPSTREAM: "http://127.0.0.1:${upstream}/" }
  ready: { tcp: "127.0.0.1:${port}" }
  dependencies: { stock: { env: UPSTREAM } }
probes: [{ name: shop, http: "http://127.0.0.1:${port}/", every: 100ms }]
scenarios:
  - { use: high_latency, duration: 30s, parameters: { latencyMs: 50 } }
  - { use: network_partition, duration: 30s }
parallel: true
baseline: 300ms
`;
}

/** What of a run with this state directory is on the machine: target and proxy, open receipts, proxy directories. */
async function leftOf(folder: CliFolder, port: number): Promise<readonly string[]> {
  const processes = listProcesses()
    .filter(({ pid }) => environmentOf(pid).includes(`CHAOSX_STATE_DIR=${join(folder.path, 'state')}`))
    .map(({ pid }) => `process ${pid}`);
  const targets = listProcesses()
    .filter(({ pid }) => environmentOf(pid).includes(`PORT=${port}`))
    .map(({ pid }) => `target ${pid}`);
  // A run that is killed before it touched anything leaves a journal without receipts.
  const journals = await leftovers({ stateDirectory: join(folder.path, 'state') });
  const receipts = journals.flatMap(({ pending }) => pending.map(({ id }) => `receipt ${id}`));
  return [...processes, ...targets, ...receipts, ...readdirSync(folder.temporary)];
}

/** The moments are spread over start, baseline, injection and the faults' time; the seed is in the test's name. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe('chaosx run, killed with SIGKILL', () => {
  test.each(seeds)('at a random moment (seed %i), leaves nothing after 2 s', async (seed) => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    const port = await closedPort();
    writeFileSync(join(folder.path, 'killed.yaml'), experiment(port, upstream.port));
    const child = folder.start(['run', 'killed.yaml']);
    const output = outputOf(child);
    await systemClock.sleep(decisions(seed)('kill', 'moment', 0) * 2_500, never);
    // A run that ended by itself was not killed: what it printed says why.
    if (child.exitCode !== null) throw new Error(`the run ended first: ${JSON.stringify(await output)}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const killedAt = systemClock.nowMs();
    while ((await leftOf(folder, port)).length > 0 && systemClock.nowMs() - killedAt < limitMs) {
      await systemClock.sleep(20, never);
    }
    expect(await leftOf(folder, port)).toEqual([]);
    expect((await folder.run('recover')).stdout).toMatch(/^nothing was left behind\n|nothing was open/);
  });

  test('together with its watchdog: the next start says so, and recover undoes it', async () => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    const port = await closedPort();
    writeFileSync(join(folder.path, 'killed.yaml'), experiment(port, upstream.port));
    const child = folder.start(['run', 'killed.yaml']);
    for await (const chunk of child.stderr ?? []) if (String(chunk).includes('confirmed active')) break;
    // Ours: the watchdog is a child of the run that we started.
    const watchdog = listProcesses().find(
      (one) =>
        one.parentPid === child.pid &&
        environmentOf(one.pid).some((entry) => entry.startsWith('CHAOSX_WATCHDOG=')),
    );
    expect(watchdog).toBeDefined();
    process.kill(watchdog?.pid ?? 0, 'SIGKILL');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { stderr } = await folder.run('run', 'nowhere.yaml');
    expect(stderr).toMatch(
      /^warning: an earlier run left something behind \([\d-]+[0-9a-f]+\): run `chaosx recover`\n/,
    );
    const { stdout, code } = await folder.run('recover');
    expect(stdout).toMatch(/undone {2}started-process .*\n.*undone {2}proxy/s);
    expect(code).toBe(0);
    expect(await leftOf(folder, port)).toEqual([]);
  });
});

test('a command of a probe that is running when the run is killed is ended', async () => {
  using folder = new CliFolder();
  const port = await closedPort();
  await using upstream = await startUpstream();
  const text = experiment(port, upstream.port).replace(
    /^probes: .*$/m,
    `probes: [{ name: slow, command: ["${process.execPath}", "-e", "setTimeout(() => {}, 60000); console.log(process.env.CHAOSX_RUN)"], every: 1s, timeout: 50s }]`,
  );
  writeFileSync(join(folder.path, 'killed.yaml'), text);
  const child = folder.start(['run', 'killed.yaml']);
  for await (const chunk of child.stderr ?? []) if (String(chunk).includes('baseline')) break;
  const commands = () =>
    listProcesses().filter(
      ({ pid, groupId }) =>
        pid === groupId &&
        environmentOf(pid).some((entry) => entry.startsWith('CHAOSX_RUN=')) &&
        environmentOf(pid).includes(`TMPDIR=${folder.temporary}`),
    );
  await expect.poll(() => commands().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await expect.poll(() => leftOf(folder, port), { timeout: limitMs }).toEqual([]);
});
