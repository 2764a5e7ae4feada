import {
  type ChildProcess,
  execFile,
  execFileSync,
  execSync,
  fork,
  spawn,
  spawnSync,
} from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { activePatches } from '../src/interpose/active-patches.js';
import { isInjected } from '../src/interpose/injected-error.js';
import type { FiredDecision } from '../src/model/fault.js';
import { systemClock } from '../src/model/system-clock.js';
import { createProbe } from '../src/probes/create-probe.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { never } from './network-servers.js';

const fired: FiredDecision[] = [];
afterEach(() => {
  fired.length = 0;
  expect(activePatches()).toEqual([]);
});

const inject = (code: string, parameters: object = {}) =>
  new FaultInjector().inject(
    CHAOS_SCENARIOS.random_exceptions.with({
      parameters: { injectionRate: 1, exceptionTypes: [code], methods: ['child_process.*'], ...parameters },
    }),
    thisProcessTarget('shop'),
    { seed: 1, onFired: (decision) => void fired.push(decision) },
  );

function shape(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { error: _itself, ...own } = error as Error & { readonly error?: unknown };
  return { name: error.name, message: error.message, own: { ...own } };
}

/** All that a child emits, to its end. */
async function story(child: ChildProcess): Promise<readonly unknown[]> {
  const seen: unknown[] = [child.pid === undefined, child.spawnfile, child.spawnargs, child.exitCode];
  for (const event of ['spawn', 'exit', 'close', 'disconnect'])
    child.on(event, (...args: readonly unknown[]) => seen.push(event, args));
  child.stdout?.on('data', (chunk: Buffer) => seen.push(String(chunk)));
  child.on('error', (error) => seen.push('error', shape(error)));
  await new Promise<void>((resolve) => void child.once('close', () => setTimeout(resolve, 5)));
  return [...seen, child.exitCode, child.signalCode];
}

const thrown = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

const answerOf = (file: string): Promise<readonly unknown[]> =>
  new Promise((resolve) => {
    execFile(file, ['-v'], (...answer) => resolve(answer.map(shape)));
  });

const missing = '/nowhere/program';

describe('a program that is not there: ENOENT, as Node delivers it', () => {
  test('spawn, execFile and fork', async () => {
    const ways = async (file: string) => [
      await story(spawn(file, ['-v'])),
      await answerOf(file),
      await story(fork('nothing.js', { execPath: file, silent: true })),
    ];
    const real = await ways(missing);
    await using _ = await inject('ENOENT');
    expect(await ways(missing)).toEqual(real);
    expect(fired.map(({ site }) => site)).toEqual(Array.from({ length: 3 }, () => 'child_process.spawn'));
  });

  test('spawnSync, execFileSync', async () => {
    const results = () => {
      const { error, ...result } = spawnSync(missing, ['-v']);
      return [shape(error), result, shape(thrown(() => execFileSync(missing, ['-v'])))];
    };
    const real = results();
    await using injection = await inject('ENOENT');
    expect(results()).toEqual(real);
    expect(isInjected(thrown(() => execSync('true')))).toBe(true);
    expect(await injection.check(never)).toMatchObject({ exposure: { n: 3 } });
  });
});

test.each(['EAGAIN', 'EMFILE'])('%s: the program is not started', async (code) => {
  await using _ = await inject(code);
  const events = await new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', '']);
    child.on('error', (error) => resolve([child.pid, error.message, isInjected(error)]));
  });
  expect(events).toEqual([undefined, `spawn ${process.execPath} ${code}`, true]);
});

test('EPERM is thrown at once, as ever', async () => {
  await using _ = await inject('EPERM');
  expect(shape(thrown(() => spawn('true')))).toMatchObject({
    message: 'spawn EPERM',
    own: { code: 'EPERM' },
  });
  expect(fired).toHaveLength(1);
});

test('after: it does its work, and seems to fail', async () => {
  await using _ = await inject('Error', { moment: 'after' });
  const failing = [process.execPath, ['-e', 'console.log("done"); process.exitCode = 1']] as const;
  const well = [process.execPath, ['-e', 'console.log("done")']] as const;
  const events = await story(spawn(...well));
  expect(events.slice(4)).toEqual((await story(spawn(...failing))).slice(4));
  expect(events).toContain('done\n');
  expect(spawnSync(...well)).toMatchObject({ status: 1, stdout: Buffer.from('done\n') });
  expect(fired).toHaveLength(2);
});

test('only programs that are named; the commands of probes go on', async () => {
  await using injection = await inject('EAGAIN', { paths: ['*/git', 'git *'] });
  expect(spawnSync('true').status).toBe(0);
  expect(spawnSync('git', ['status']).error).toMatchObject({ code: 'EAGAIN' });
  await injection.revert(never);
  await using _ = await inject('EAGAIN');
  const probe = createProbe({ name: 'true', command: 'true' }, { clock: systemClock });
  expect(await probe.ask(never)).toEqual({ ok: true });
});

test('slow: output and end are heard of late', async () => {
  const command = [process.execPath, ['-e', 'console.log("done")']] as const;
  const real = await story(spawn(...command));
  const scenario = CHAOS_SCENARIOS.slow_method.with({
    parameters: { injectionRate: 1, delayMs: 700, methods: ['child_process.*'] },
  });
  await using _ = await new FaultInjector().inject(scenario, thisProcessTarget('shop'));
  const from = performance.now();
  expect(await story(spawn(...command))).toEqual(real);
  expect(performance.now() - from).toBeGreaterThan(690);
  expect(spawnSync('true').status).toBe(0);
  expect(performance.now() - from).toBeGreaterThan(1_390);
});
