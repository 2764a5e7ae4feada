import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CliFolder, cliEntry, outputOf } from './cli-process.js';
import { hasKernelRules } from './kernel-rules.js';
import { startUpstream } from './network-servers.js';
import { PseudoTerminal } from './pseudo-terminal.js';
import { tablesOn, TestNetwork } from './test-network.js';

/** An experiment at an address, whose probe is the user's. */
const experiment = (address: string, duration = '1s') => `name: Store at an address
targetSystem: { name: store, address: "${address}" }
probes: [{ name: store, http: "http://${address}/", every: 50ms, timeout: 300ms }]
scenarios: [{ use: network_partition, duration: ${duration} }]
successCriteria: { maxErrorRate: 1 }
baseline: 200ms
holdTime: 200ms
maxRecoveryWait: 10s
`;
const commands: readonly (readonly [string, ...string[]])[] = [
  ['run', 'store/store.yaml'],
  ['run', 'store/store.yaml', '--repeat', '2'],
  ['test', 'store/store.yaml', '--iterations', '1'],
  ['gameday', 'store/store.yaml'],
  ['continuous', 'store/store.yaml', '--for', '1s', '--every', '1s'],
  ['daily', 'store'],
];

function withStore(folder: CliFolder, address: string): void {
  mkdirSync(join(folder.path, 'store'), { recursive: true });
  writeFileSync(join(folder.path, 'store', 'store.yaml'), experiment(address));
}

describe.skipIf(!hasKernelRules)('rules that hit other processes of the machine', () => {
  test('are refused by every command without a terminal, with those that they would hit', async () => {
    using folder = new CliFolder();
    await using server = await startUpstream();
    withStore(folder, `127.0.0.1:${server.port}`);
    for (const command of commands.filter(([name]) => name !== 'gameday')) {
      const { code, stderr } = await folder.run(...command);
      expect([command.join(' '), code]).toEqual([command.join(' '), 2]);
      expect(stderr).toContain(`rules of the kernel at 127.0.0.1:${server.port} hit every process`);
      expect(stderr).toContain(`\n  pid ${process.pid} (`);
      expect(stderr).toContain('hint: allow it with --yes, or allowLocalProcesses: true in code');
    }
    // It asks before each round as well, and that there is nobody to ask is said first.
    expect(await folder.run('gameday', 'store/store.yaml')).toMatchObject({ code: 2 });
    expect(readdirSync(folder.path)).not.toContain('chaos_results');
  });

  test('are asked about once on a terminal', async () => {
    using folder = new CliFolder();
    await using server = await startUpstream();
    withStore(folder, `127.0.0.1:${server.port}`);
    using refused = new PseudoTerminal(folder, 'daily', 'store');
    await refused.answer('go on? [y/N] ', 'n\n');
    expect(await refused.ended()).toBe(2);
    expect(refused.text).toContain(`pid ${process.pid} (`);
    expect(refused.text).toContain('not allowed: nothing was done');
    using allowed = new PseudoTerminal(folder, 'test', 'store/store.yaml', '--iterations', '2');
    await allowed.answer('go on? [y/N] ', 'y\n');
    await allowed.ended();
    expect(allowed.text.match(/go on\?/g)).toHaveLength(1);
    expect(allowed.text).toContain('2/2');
  });

  test('are made by every command with --yes, and replayed', { timeout: 120_000 }, async () => {
    using folder = new CliFolder();
    await using network = new TestNetwork(2);
    const [here, there] = network.machines;
    if (here === undefined || there === undefined) throw new Error('expected two machines');
    const listen = `require('node:http').createServer((q, a) => a.end('here')).listen(80, '${there.ip}', () => console.log('"up"'))`;
    const server = network.start(there, [process.execPath, '-e', listen]);
    expect(await server.line()).toBe('"up"');
    withStore(folder, `${there.ip}:80`);
    const chaosx = (...args: readonly string[]) =>
      outputOf(
        network.start(here, [process.execPath, cliEntry, ...args], { cwd: folder.path, env: folder.env })
          .child,
      );
    for (const command of commands) {
      const { code, stdout } = await chaosx(...command, '--yes');
      const said = `${command.join(' ')}: ${code}\n${stdout}`;
      // Held, or too few runs to say.
      expect(code === 0 || code === 7 ? 'well' : said).toBe('well');
      expect(said).toContain('network_partition');
      expect(said).not.toContain('not-injected');
    }
    const runs = join('chaos_results', 'store-at-an-address');
    const run = readdirSync(join(folder.path, runs)).find((name) => /^\d{4}/.test(name)) ?? '';
    expect(await chaosx('replay', join(runs, run))).toMatchObject({ code: 2 });
    const replayed = await chaosx('replay', join(runs, run), '--yes');
    expect([replayed.code, replayed.stdout]).toEqual([0, expect.stringContaining('held')]);
    expect(network.machines.map(tablesOn)).toEqual([[], []]);
  });
});
