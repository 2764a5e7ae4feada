import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { preloadEnvironment } from '../src/agent/preload-environment.js';
import type { AgentReceipt, ProcessIdentity } from '../src/model/receipt.js';
import { undoAgentFault } from '../src/targets/undo-agent-fault.js';
import { identityOf } from '../src/undo/process-identity.js';
import { agentPath, startProgram, type TestProgram } from './agent-rig.js';
import { never, startUpstream } from './network-servers.js';

const dist = (path: string) => JSON.stringify(new URL(`../dist/${path}`, import.meta.url).href);

/** A run that is reduced to what holds a fault; arms it when it is told to. */
const controllerCode = `
import { AgentHub } from ${dist('agent/agent-hub.js')};
const hub = await AgentHub.open(process.argv[1]);
console.log('open');
process.stdin.once('data', async () => {
  const selection = { methods: ['fetch'], injectionRate: 1 };
  const effect = { kind: 'throw', exceptionTypes: ['ECONNRESET'], moment: 'before' };
  const fault = { kind: 'calls', name: 'random_exceptions', components: [], selection, effect, activeMs: 60_000, seed: 1 };
  await hub.arm('f', fault, () => undefined, AbortSignal.timeout(5_000));
  console.log('armed');
});
setInterval(() => undefined, 1_000);
`;

/** As the watchdog or `chaosx recover` would. */
const undoCode = `
import { undoers } from ${dist('targets/undoers.js')};
await undoers.agent(JSON.parse(process.argv[1]), AbortSignal.timeout(10_000));
`;

interface Held extends AsyncDisposable {
  readonly receipt: AgentReceipt;
  readonly program: TestProgram;
  /** Of the run that holds the fault. */
  signal(name: NodeJS.Signals): void;
}

let runs = 0;

/** A service whose `fetch` fails, by an agent that another process controls. */
async function heldFault(url: string): Promise<Held> {
  runs += 1;
  const runId = `undo-${process.pid}-${runs}`;
  const directory = join(tmpdir(), `chaosx-test-${runId}-agent`);
  const controller = spawn(process.execPath, ['--input-type=module', '-e', controllerCode, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(controller, 'exit');
  const lines = createInterface(controller.stdout)[Symbol.asyncIterator]();
  expect(await lines.next()).toMatchObject({ value: 'open' });
  const answer = `const answer = () => fetch('${url}').then((response) => response.text());`;
  const program = startProgram(answer, preloadEnvironment(undefined, agentPath, directory));
  expect(await program.ask()).toBe('stock');
  controller.stdin.write('arm\n');
  expect(await lines.next()).toMatchObject({ value: 'armed' });
  expect(await program.ask()).toBe('ECONNRESET');
  const target = (await identityOf(program.pid)) as ProcessIdentity;
  const facts = { id: 'f', runId, bootId: 'boot', expiresAt: 0 };
  return {
    receipt: { kind: 'agent', ...facts, process: target, directory, faultId: 'f' },
    program,
    signal: (name) => void controller.kill(name),
    async [Symbol.asyncDispose]() {
      controller.kill('SIGKILL');
      await gone;
      await program[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function undoInFreshProcess(receipt: AgentReceipt): Promise<unknown> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', undoCode, JSON.stringify(receipt)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test.each(['SIGKILL', 'SIGSTOP'] as const)(
  'of a run that got %s, a fresh process waits until it has let go of its fault; a second time there is nothing to do',
  async (name) => {
    await using upstream = await startUpstream();
    await using held = await heldFault(upstream.url);
    held.signal(name);
    expect(await undoInFreshProcess(held.receipt)).toBe(0);
    // The agent's own clock may end its lease a moment after ours.
    await expect.poll(() => held.program.ask(), { timeout: 1_000 }).toBe('stock');
    expect(await undoInFreshProcess(held.receipt)).toBe(0);
  },
);

test('a run that goes on holding its fault is not undone behind its back: who asks is told', async () => {
  await using upstream = await startUpstream();
  await using held = await heldFault(upstream.url);
  await expect(undoAgentFault(held.receipt, never)).rejects.toMatchObject({
    code: 'UNDO_FAILED',
    message: `expected the run to let go of its fault f in process ${held.program.pid}, it holds it`,
    hint: `the run is alive: stop it, or stop process ${held.program.pid}`,
  });
  expect(await held.program.ask()).toBe('ECONNRESET');
});

test('with the process that it was in, the fault is gone, whatever the run does', async () => {
  await using upstream = await startUpstream();
  await using held = await heldFault(upstream.url);
  process.kill(held.program.pid, 'SIGKILL');
  await held.program.exited;
  await undoAgentFault(held.receipt, never);
});

test('a process that has the pid since is not waited for', async () => {
  await using upstream = await startUpstream();
  await using held = await heldFault(upstream.url);
  await undoAgentFault({ ...held.receipt, process: { ...held.receipt.process, startTime: '1' } }, never);
});

test('waiting ends with its signal', async () => {
  await using upstream = await startUpstream();
  await using held = await heldFault(upstream.url);
  const reason = new Error('enough');
  const stop = new AbortController();
  const undone = undoAgentFault(held.receipt, stop.signal);
  stop.abort(reason);
  await expect(undone).rejects.toBe(reason);
});
