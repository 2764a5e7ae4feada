import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { runningTarget } from '../src/targets/running-target.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { never } from './network-servers.js';

let stateDirectory = '';
beforeEach(() => {
  stateDirectory = mkdtempSync(join(tmpdir(), 'chaosx-descriptors-test-'));
});
afterEach(() => rmSync(stateDirectory, { recursive: true, force: true }));

/** A program that is no Node: a shell that opens a file for each line it is told, and says whether it could. */
async function startShell() {
  const script = `echo ready; n=100
while read -r line; do
  case $line in
    open) n=$((n + 1)); if eval "exec $n< /dev/null" 2> /dev/null; then echo yes; else echo no; fi ;;
    child) sleep 600 & echo $! ;;
  esac
done`;
  const child = spawn('bash', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const answer = async () => String(((await once(child.stdout, 'data')) as [Buffer])[0]).trim();
  await answer();
  const pid = child.pid ?? 0;
  return {
    pid,
    limit: () => limitOf(pid),
    ask(line: string) {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function limitOf(pid: number): string {
  return /^Max open files.*$/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[0] ?? '';
}

const exhaust = (pid: number, parameters: object = {}) =>
  new FaultInjector({ stateDirectory }).inject(
    CHAOS_SCENARIOS.fd_exhaustion.with({ parameters }),
    runningTarget({ name: 'shell', pid }),
  );

test('as many are spared as are asked for, counted by what is measured', async () => {
  await using shell = await startShell();
  const limit = shell.limit();
  const open = readdirSync(`/proc/${shell.pid}/fd`).length;
  await using injection = await exhaust(shell.pid, { spare: 3 });
  expect(injection.backend).toBe('process');
  const { active, measured } = await injection.check(never);
  const soft = Number(/files +(\d+)/.exec(limit)?.[1]);
  expect({ active, ...measured }).toMatchObject({ active: 'yes', baseline: soft - open, during: 3 });
  await injection.revert(never);
  expect(shell.limit()).toBe(limit);
  expect(await injection.checkAfter(never)).toEqual({ back: 'yes', after: soft - open });
});

test('a program that is no Node can open nothing, and can again after', async () => {
  await using shell = await startShell();
  expect(await shell.ask('open')).toBe('yes');
  const injection = await exhaust(shell.pid);
  expect(await shell.ask('open')).toBe('no');
  await injection.revert(never);
  expect(await shell.ask('open')).toBe('yes');
});

test('what it starts meanwhile has inherited the limit, and gets the one of before too', async () => {
  await using shell = await startShell();
  const limit = shell.limit();
  const injection = await exhaust(shell.pid, { spare: 10 });
  const child = Number(await shell.ask('child'));
  try {
    expect(limitOf(child)).toBe(shell.limit());
    await injection.revert(never);
    expect([shell.limit(), limitOf(child)]).toEqual([limit, limit]);
  } finally {
    process.kill(child, 'SIGKILL');
  }
});

test('a limit that was changed since is not ours to change', async () => {
  await using shell = await startShell();
  const injection = await exhaust(shell.pid);
  execFileSync('prlimit', ['--pid', String(shell.pid), '--nofile=321:']);
  expect((await injection.check(never)).active).toBe('no');
  await injection.revert(never);
  expect(shell.limit()).toMatch(/^Max open files +321 /);
});

test('refused: a process that has no more left as it is, and what is none', async () => {
  await using shell = await startShell();
  await expect(exhaust(shell.pid, { spare: 1_000_000 })).rejects.toMatchObject({
    code: 'INJECTION_FAILED',
    message: `process ${shell.pid} may open no more than 1000000 files as it is`,
  });
  const injecting = new FaultInjector({ stateDirectory }).inject(
    CHAOS_SCENARIOS.fd_exhaustion,
    thisProcessTarget('shop'),
  );
  await expect(injecting).rejects.toMatchObject({
    code: 'UNSUPPORTED_SCENARIO',
    message: expect.stringContaining('shop is not a process other than this one') as string,
  });
});

test('a run that is killed: the watchdog gives the limit back within 2 s', async () => {
  await using shell = await startShell();
  const limit = shell.limit();
  const program = `
    const { CHAOS_SCENARIOS, FaultInjector, runningTarget } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)});
    await new FaultInjector({ stateDirectory: ${JSON.stringify(stateDirectory)} }).inject(
      CHAOS_SCENARIOS.fd_exhaustion.with({ duration: 60 }), runningTarget({ name: 'shell', pid: ${shell.pid} }));
    console.log('injected');
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(shell.limit()).not.toBe(limit);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const killedMs = systemClock.nowMs();
  while (shell.limit() !== limit) await systemClock.sleep(20, never);
  expect(systemClock.nowMs() - killedMs).toBeLessThan(2_000);
});
