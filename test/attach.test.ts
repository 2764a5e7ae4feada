import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ProcessIdentity } from '../src/model/receipt.js';
import { systemClock } from '../src/model/system-clock.js';
import { attach, type Guest } from '../src/targets/attach/attach.js';
import { attachRefusal } from '../src/targets/attach/attach-refusal.js';
import { closeExpression } from '../src/targets/attach/close-expression.js';
import { evaluateParams } from '../src/targets/attach/evaluate.js';
import { connectInspector, inspectorUrl } from '../src/targets/attach/inspector-connection.js';
import { undoers } from '../src/targets/undoers.js';
import { identityOf } from '../src/undo/process-identity.js';
import { closedPort, listen, never } from './network-servers.js';
import { nodeUnderTest } from './node-under-test.js';
import { listeningPorts, startRunningServer } from './running-server.js';

const directory = mkdtempSync(join(tmpdir(), 'chaosx-attach-'));
afterAll(() => rmSync(directory, { recursive: true }));

const hasStrip = spawnSync('strip', ['--version']).status === 0;
const how = { runId: 'attach-test', clock: systemClock, signal: never, stateDirectory: directory };

/** Leaves a line in a file for each thread that it is loaded into. */
const signing: Guest = {
  source: `module.exports = ({ path }) => {
    const { threadId } = require('node:worker_threads');
    require('node:fs').appendFileSync(path, process.pid + ' ' + threadId + '\\n');
  };`,
  options: { path: join(directory, 'signed') },
};

function signed(): readonly string[] {
  return readFileSync(join(directory, 'signed'), 'utf8').trim().split('\n');
}

async function sleeping(milliseconds: number): Promise<void> {
  await systemClock.sleep(milliseconds, never);
}

test.each(['running-server.cjs', 'running-server.mjs'] as const)(
  'a guest is loaded into %s three times, and nothing differs afterwards',
  async (main) => {
    await using server = await startRunningServer({ main });
    for (let n = 0; n < 3; n += 1) {
      const { workers, inspectorWasOpen } = await attach(server.identity, signing, how);
      expect({ workers, inspectorWasOpen }).toEqual({ workers: 0, inspectorWasOpen: false });
      expect(signed().at(-1)).toBe(`${server.pid} 0`);
      await expect.poll(() => listeningPorts(server)).toEqual([server.port]);
      expect(JSON.parse(await server.get('/differences'))).toEqual([]);
    }
  },
);

test('threads that run are reached', async () => {
  await using server = await startRunningServer();
  const threads = [await server.get('/worker'), await server.get('/worker')];
  const { workers } = await attach(server.identity, signing, how);
  expect(workers).toBe(2);
  expect(signed().slice(-3).toSorted()).toEqual(['0', ...threads].map((thread) => `${server.pid} ${thread}`));
});

test('no call of the program meets what is evaluated in the middle of it', async () => {
  const port = await closedPort();
  // Compiled code is interrupted in fewer places.
  await using server = await startRunningServer({ nodeOptions: ['--no-opt', `--inspect=127.0.0.1:${port}`] });
  const url = await inspectorUrl({ host: '127.0.0.1', port }, never);
  const addresses = server.get('/addresses?ms=3000');
  const over = addresses.then(() => true);
  {
    await using inspector = await connectInspector(url ?? '', never);
    while (!(await Promise.race([over, sleeping(1).then(() => false)])))
      for (let n = 0; n < 5; n += 1)
        inspector.channel.tell('Runtime.evaluate', evaluateParams(closeExpression));
  }
  expect(JSON.parse(await addresses)).toEqual({
    parsed: expect.toSatisfy((n) => n > 0) as unknown,
    wrong: 0,
  });
});

test('no request of a service under load fails while it is attached to', async () => {
  await using server = await startRunningServer();
  const load = new AbortController();
  let answered = 0;
  const client = async () => {
    while (!load.signal.aborted) {
      expect(await server.get('/')).toBe('ok');
      answered += 1;
    }
  };
  const clients = Promise.all(Array.from({ length: 10 }, client));
  for (let n = 0; n < 10; n += 1) await attach(server.identity, signing, how);
  const before = answered;
  await sleeping(50);
  load.abort();
  await clients;
  expect(answered).toBeGreaterThan(before);
});

test('two processes are attached to at the same time', async () => {
  await using one = await startRunningServer();
  await using other = await startRunningServer();
  await Promise.all([attach(one.identity, signing, how), attach(other.identity, signing, how)]);
  expect(signed().slice(-2).toSorted()).toEqual([`${one.pid} 0`, `${other.pid} 0`].toSorted());
});

test('an inspector that the user opened is used, and stays open', async () => {
  await using server = await startRunningServer({ nodeOptions: ['--inspect=0'], args: ['--own-handler'] });
  const before = listeningPorts(server);
  const { inspectorWasOpen } = await attach(server.identity, signing, how);
  expect(inspectorWasOpen).toBe(true);
  expect(signed().at(-1)).toBe(`${server.pid} 0`);
  await expect.poll(() => listeningPorts(server)).toEqual(before);
  expect(server.output()).not.toContain('own handler');
});

test('one that the user had opened by a signal, too', async () => {
  const port = await closedPort();
  await using server = await startRunningServer({ nodeOptions: [`--inspect-port=${port}`] });
  process.kill(server.pid, 'SIGUSR1');
  await expect.poll(() => listeningPorts(server)).toHaveLength(2);
  const { inspectorWasOpen } = await attach(server.identity, signing, how);
  expect(inspectorWasOpen).toBe(true);
  expect(listeningPorts(server).toSorted()).toEqual([port, server.port].toSorted());
});

describe.skipIf(!hasStrip)('a Node without symbols', () => {
  const program = join(directory, 'node');

  test('is refused, for a handler of its own would not be seen, unless the user knows', async () => {
    execFileSync('strip', ['-o', program, nodeUnderTest]);
    await using server = await startRunningServer({ program });
    await expect(attach(server.identity, signing, how)).rejects.toMatchObject({
      code: 'UNSAFE',
      message: expect.stringContaining('it cannot be seen whether process') as unknown,
    });
    expect(server.output()).toBe(`port ${server.port}\n`);
    await attach(server.identity, signing, { ...how, trustSignal: true });
    expect(signed().at(-1)).toBe(`${server.pid} 0`);
  });
});

test('a busy loop is waited for', async () => {
  await using server = await startRunningServer();
  await server.get('/busy?ms=600');
  await sleeping(50);
  await attach(server.identity, signing, how);
  expect(signed().at(-1)).toBe(`${server.pid} 0`);
});

test('a loop that stays busy is given up; nothing was loaded, and the inspector closes by itself', async () => {
  await using server = await startRunningServer();
  await server.get('/blocked?ms=1500');
  await sleeping(50);
  const before = signed();
  await expect(attach(server.identity, signing, { ...how, busyLimitMs: 200 })).rejects.toMatchObject({
    code: 'TARGET_NOT_READY',
    message: `expected the event loop of process ${server.pid} to turn within 200 ms, it is busy`,
  });
  await expect.poll(() => listeningPorts(server), { timeout: 5_000 }).toEqual([server.port]);
  expect(await server.get('/')).toBe('ok');
  expect(signed()).toEqual(before);
});

test('what the guest throws is told, and the inspector is closed', async () => {
  await using server = await startRunningServer();
  const source = 'module.exports = () => { throw new Error("no room"); };';
  await expect(attach(server.identity, { source, options: {} }, how)).rejects.toMatchObject({
    code: 'INJECTION_FAILED',
    message: expect.stringContaining('no room') as unknown,
  });
  await expect.poll(() => listeningPorts(server)).toEqual([server.port]);
});

test.each([
  ['exits', 'process.exit(3)'],
  ['is killed', "require('node:child_process').spawnSync('kill', ['-KILL', String(process.pid)])"],
])('a process that %s meanwhile is said to have ended', async (_how, act) => {
  await using server = await startRunningServer();
  const source = `module.exports = () => ${act};`;
  await expect(attach(server.identity, { source, options: {} }, how)).rejects.toMatchObject({
    code: 'TARGET_NOT_READY',
    message: `expected process ${server.pid} to stay while the agent is attached, it ended`,
  });
});

test('an inspector that a run left open when it was killed is closed; a second undo finds nothing to do', async () => {
  await using server = await startRunningServer();
  process.kill(server.pid, 'SIGUSR1');
  await expect.poll(() => listeningPorts(server)).toHaveLength(2);
  const facts = { id: 'killed-attach', runId: 'killed', bootId: 'boot', expiresAt: 0 };
  const receipt = { kind: 'attach', ...facts, process: server.identity } as const;
  await undoers.attach(receipt, never);
  await expect.poll(() => listeningPorts(server)).toEqual([server.port]);
  await undoers.attach(receipt, never);
  await server.kill('SIGKILL');
  await undoers.attach(receipt, never);
});

describe('it is refused, and nothing was sent', () => {
  async function refusalOf(pid: number) {
    const identity = (await identityOf(pid)) as ProcessIdentity;
    return attachRefusal(identity)?.reason;
  }

  test('to a process with a SIGUSR1 handler of its own', async () => {
    await using server = await startRunningServer({ args: ['--own-handler'] });
    await expect(attach(server.identity, signing, how)).rejects.toMatchObject({
      code: 'UNSAFE',
      message: `the agent is not attached: process ${server.pid} has a SIGUSR1 handler of its own, which would run`,
    });
    await server.get('/');
    expect(server.output()).not.toContain('own handler');
  });

  test('to a process that SIGUSR1 would end', async () => {
    await using server = await startRunningServer({ args: ['--own-handler', '--gave-it-up'] });
    expect(await refusalOf(server.pid)).toContain('does not handle SIGUSR1, which would end it');
  });

  test('to one whose inspector would listen where somebody else does', async () => {
    await using taken = await listen(() => undefined);
    await using server = await startRunningServer({ nodeOptions: [`--inspect-port=${taken.port}`] });
    expect(await refusalOf(server.pid)).toMatch(
      new RegExp(`would listen at 127.0.0.1:${taken.port}, where process ${process.pid} \\(.+\\) listens$`),
    );
  });

  test('to one whose options are in NODE_OPTIONS', async () => {
    await using taken = await listen(() => undefined);
    const env = { NODE_OPTIONS: `--no-warnings --inspect-port ${taken.port}` };
    await using server = await startRunningServer({ nodeOptions: [], env });
    expect(await refusalOf(server.pid)).toContain(`would listen at 127.0.0.1:${taken.port}`);
  });

  test('to a stopped one', async () => {
    await using server = await startRunningServer();
    process.kill(server.pid, 'SIGSTOP');
    await expect.poll(() => refusalOf(server.pid)).toBe(`process ${server.pid} is stopped`);
  });

  test('to one that has ended, also when the pid is in use again', async () => {
    await using server = await startRunningServer();
    expect(attachRefusal({ ...server.identity, startTime: '1' })?.reason).toBe(
      `process ${server.pid} has ended`,
    );
    await server.kill('SIGKILL');
    expect(attachRefusal(server.identity)?.reason).toBe(`process ${server.pid} has ended`);
  });

  test('to chaosx itself and what started it', async () => {
    expect(await refusalOf(process.pid)).toBe(`process ${process.pid} is chaosx itself`);
    expect(await refusalOf(process.ppid)).toContain('started chaosx, and waits for it');
  });

  test('to a program that is not Node', async () => {
    const child = spawn('sleep', ['60']);
    expect(await refusalOf(child.pid ?? 0)).toBe(`process ${child.pid} (sleep 60) is not Node`);
    child.kill();
    await once(child, 'exit');
  });

  test('to a zombie', async () => {
    // The shell's child ends, and what the shell became never asks for it.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60']);
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(String(text).split('\n')[0]);
    await expect.poll(() => refusalOf(pid)).toBe(`process ${pid} has ended`);
    parent.kill();
    await once(parent, 'exit');
  });

  test.skipIf(process.getuid?.() !== 0)("to another user's", async () => {
    const script = 'setInterval(() => undefined, 1_000)';
    const child = spawn(process.execPath, ['--inspect-port=0', '-e', script], { uid: 65_534, gid: 65_534 });
    expect(await refusalOf(child.pid ?? 0)).toBe(`process ${child.pid} runs as user 65534, chaosx as user 0`);
    child.kill();
    await once(child, 'exit');
  });
});
