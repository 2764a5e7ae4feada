import { afterEach, beforeEach, expect, test } from 'vitest';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliFolder } from './cli-process.js';
import { listeningPorts, startRunningServer } from './running-server.js';

let folder: CliFolder;
beforeEach(() => {
  folder = new CliFolder();
});
afterEach(() => folder[Symbol.dispose]());

function undone(): readonly string[] {
  return [...readdirSync(join(folder.path, 'state', 'undo')), ...readdirSync(folder.temporary)];
}

test('a running process: what can be hit, by what, and it is left as it was', async () => {
  await using server = await startRunningServer();
  await server.get('/worker');
  await server.get('/remember');
  const { code, stdout, stderr } = await folder.run('targets', String(server.pid));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(
    stdout
      .replace(String(server.pid), '<pid>')
      .replace(/\(.+\)/, '(<command>)')
      .replace(process.version, '<version>')
      .replace(/in [\d.]+ m?s/, 'in <time>'),
  ).toMatchSnapshot();
  expect(JSON.parse(await server.get('/differences'))).toEqual([]);
  await expect.poll(() => listeningPorts(server)).toEqual([server.port]);
  expect(undone()).toEqual([]);
});

test('the same as JSON, for whoever listens on a port', async () => {
  await using server = await startRunningServer();
  const { code, stdout } = await folder.run('targets', '--port', String(server.port), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    process: server.identity,
    places: [{ number: 0, pid: server.pid, threadId: 0, nodeVersion: process.version }],
    parts: [
      { what: 'platform-calls', scenarios: ['random_exceptions', 'slow_method', 'http_error', 'short_read'] },
      { what: 'functions' },
      { what: 'connections' },
      { what: 'process', scenarios: ['cpu_spike', 'memory_leak', 'deadlock', 'time_skew', 'clock_drift'] },
    ],
  });
});

test('a command: it is started, its modules are listed, and it is stopped', async () => {
  writeFileSync(
    join(folder.path, 'shop.mjs'),
    'export const price = () => 42;\nclass Cart { add() {} }\nsetInterval(() => [price(), Cart], 1_000);\n',
  );
  const { code, stdout } = await folder.run('targets', '--', process.execPath, 'shop.mjs');
  expect(code).toBe(0);
  expect(stdout).toContain(': started, looked at and stopped\n');
  expect(stdout).toContain(
    '\nfunctions of its modules (targetComponents): random_exceptions, null_injection, slow_method, state_corruption, race_condition, deadlock\n' +
      '  shop.mjs#Cart#add\n  shop.mjs#price\n',
  );
  const pid = Number(/^process (\d+) /.exec(stdout)?.[1]);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(undone()).toEqual([]);
});

test('handlers of errors, where a command is asked for them', async () => {
  writeFileSync(
    join(folder.path, 'shop.cjs'),
    'try { setInterval(() => undefined, 1_000); } catch {}\nprocess.stdout.on("error", console.error);\n',
  );
  const { code, stdout } = await folder.run('targets', '--handlers', '--', process.execPath, 'shop.cjs');
  expect(code).toBe(0);
  expect(stdout).toContain(`
handlers of errors (observeHandlers)
  shop.cjs:1:46  catch block
  shop.cjs:2:16  error listener, whether it runs cannot be told
`);
  const refused = await folder.run('targets', '--handlers', String(process.pid));
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('expected a command');
});

test.each([
  ['nothing', [], 2, 'expected one of a pid, a command and --port, got none'],
  ['two things', ['4711', '--port', '3000'], 2, 'expected one of a pid, a command and --port, got two'],
  ['a pid that nobody has', ['4194303'], 2, 'expected target to be process 4194303, there is none'],
  ['a command that is none', ['no-such-program-4f1c'], 3, 'command not found'],
  ['a command without Node', ['sleep 60', '--wait', '500ms'], 3, 'it is in none of its processes'],
  [
    'a command that needs a shell',
    ['node -e process.exit(7)'],
    2,
    'expected a plain command, got shell syntax',
  ],
  ['a command that fails', ['node --no-such-flag'], 3, 'bad option: --no-such-flag'],
])('refuses %s', async (_what, args, expected, message) => {
  const { code, stdout, stderr } = await folder.run('targets', ...args);
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
});

test('refuses a process with a SIGUSR1 handler of its own, which does not hear of it', async () => {
  await using server = await startRunningServer({ args: ['--own-handler'] });
  const { code, stderr } = await folder.run('targets', String(server.pid));
  expect(code).toBe(2);
  expect(stderr).toContain(
    `error: the agent is not attached: process ${server.pid} has a SIGUSR1 handler of its own, which would run\n  hint: `,
  );
  await server.get('/');
  expect(server.output()).toBe(`port ${server.port}\n`);
});
