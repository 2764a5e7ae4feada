import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentFaults, AgentLink } from '../src/model/agent-link.js';
import type { FiredDecision } from '../src/model/fault.js';
import { systemClock } from '../src/model/system-clock.js';
import { openRunning, type OpenRunning } from '../src/targets/open-running.js';
import { runningTarget } from '../src/targets/running-target.js';
import { startProgram } from './agent-rig.js';
import { never } from './network-servers.js';
import { type RunningServer, startRunningServer } from './running-server.js';

let attaches = 0;

async function attachTo(
  server: Pick<RunningServer, 'pid'>,
  modules: readonly string[],
): Promise<OpenRunning> {
  attaches += 1;
  const done = () => Promise.resolve();
  return openRunning(runningTarget({ name: 'service', pid: server.pid }), {
    runId: `functions-${process.pid}-${attaches}`,
    bootId: 'boot',
    expiresAt: systemClock.wallMs() + 60_000,
    journal: { record: done, amend: done, done },
    clock: systemClock,
    outputPath: null,
    agent: { redirectsOutgoing: false, modules },
    signal: never,
  });
}

function agentIn({ target }: OpenRunning): AgentLink {
  if (target.agent === undefined) throw new Error('there is no agent');
  return target.agent;
}

function slow(components: readonly string[], methods?: readonly string[]): AgentFaults['calls'] {
  return {
    kind: 'calls',
    name: 'slow_method',
    components,
    selection: { injectionRate: 1, ...(methods && { methods }) },
    effect: { kind: 'delay', delayMs: 1, honourAbort: true },
    activeMs: 60_000,
    seed: 1,
  };
}

const tariff = 'test/fixtures/tariff.cjs';
const rate = `${tariff}#rate`;

describe('a function that did not run since the agent came', () => {
  async function armRate(agent: AgentLink, id: string) {
    const fired: FiredDecision[] = [];
    const armed = await agent.arm<'calls'>(id, slow([rate]), (decision) => fired.push(decision), never);
    return { armed, fired };
  }

  test('is waited for, and its calls are hit and counted from the first that the agent sees', async () => {
    await using server = await startRunningServer();
    await using open = await attachTo(server, [rate]);
    const { armed, fired } = await armRate(agentIn(open), 'a');
    expect(await armed.counts(never)).toMatchObject({ inPlace: 0, waiting: 1, matched: 0 });
    // The call that shows the function to the agent has `rate` called by it: the wrapper is in place by then.
    expect(await server.get('/tariff')).toBe('7');
    expect(await server.get('/tariff')).toBe('7');
    expect(await armed.counts(never)).toMatchObject({ inPlace: 1, waiting: 0, matched: 2 });
    expect(fired.map(({ site, n }) => [site, n])).toEqual([
      [rate, 0],
      [rate, 1],
    ]);
    await armed.disarm(never);
  });

  test('is not looked out for any more when the fault is over: nothing was set up that stays', async () => {
    await using server = await startRunningServer();
    await using open = await attachTo(server, [rate]);
    const agent = agentIn(open);
    const first = await armRate(agent, 'a');
    await first.armed.disarm(never);
    // Were a look-out left, this call would bring the function into reach.
    expect(await server.get('/tariff')).toBe('7');
    const second = await armRate(agent, 'b');
    expect(await second.armed.counts(never)).toMatchObject({ inPlace: 0, waiting: 1 });
    await second.armed.disarm(never);
  });

  test('is not looked out for after a fault that could not be armed', async () => {
    await using server = await startRunningServer();
    await using open = await attachTo(server, [rate]);
    const agent = agentIn(open);
    const broken = {
      ...slow([rate]),
      effect: { kind: 'throw', exceptionTypes: ['No Such'], moment: 'before' },
    };
    await expect(
      agent.arm<'calls'>('a', broken as AgentFaults['calls'], () => undefined, never),
    ).rejects.toMatchObject({ message: expect.stringContaining('No Such') as unknown });
    expect(await server.get('/tariff')).toBe('7');
    const { armed } = await armRate(agent, 'b');
    expect(await armed.counts(never)).toMatchObject({ inPlace: 0, waiting: 1 });
  });

  test('may be chosen by `methods`; what matches neither is an error with near misses', async () => {
    await using server = await startRunningServer();
    await using open = await attachTo(server, [tariff]);
    const agent = agentIn(open);
    const arm = (fault: AgentFaults['calls'], id: string) =>
      agent.arm<'calls'>(id, fault, () => undefined, never);
    const armed = await arm(slow([tariff], ['rate']), 'a');
    expect(await armed.counts(never)).toMatchObject({ inPlace: 0, waiting: 1 });
    await armed.disarm(never);
    await expect(arm(slow([tariff], ['rates']), 'b')).rejects.toMatchObject({
      code: 'INJECTION_FAILED',
      message: `no function of these modules matches "rates" (did you mean "rate"?); there are lookUp, rate`,
    });
    await expect(arm(slow(['test/fixtures/tarif.cjs']), 'c')).rejects.toMatchObject({
      code: 'INJECTION_FAILED',
      message: expect.stringContaining(`did you mean "${tariff}"?`) as unknown,
    });
  });
});

test('of more functions than can be waited for, the others are left alone and counted', async () => {
  const root = mkdtempSync(join(tmpdir(), 'chaosx-many-functions-'));
  try {
    const names = Array.from({ length: 900 }, (_, n) => `f${n}`);
    const functions = names.map((name) => `function ${name}() { return 1; }\n`).join('');
    for (const file of ['a', 'b', 'c'])
      writeFileSync(join(root, `${file}.mjs`), `${functions}export const all = () => [${names.join()}];`);
    const code = `process.chdir(${JSON.stringify(root)});
const load = (file) => import(process.cwd() + '/' + file + '.mjs');
const modules = Promise.all(['a', 'b', 'c'].map(load));
const answer = async () => (await modules).map(({ all }) => all()[0]()).join();`;
    await using program = startProgram(code, { NODE_OPTIONS: '--inspect-port=0' });
    expect(await program.ask()).toBe('1,1,1');
    await using open = await attachTo(program, ['*.mjs']);
    const armed = await agentIn(open).arm<'calls'>('a', slow(['*.mjs']), () => undefined, never);
    expect(await armed.counts(never)).toMatchObject({ inPlace: 0, waiting: 1_800, leftOut: 900 });
    expect(await program.ask()).toBe('1,1,1');
    expect(await armed.counts(never)).toMatchObject({ inPlace: 1_800, waiting: 0, leftOut: 900 });
    await armed.disarm(never);
    expect(await program.ask()).toBe('1,1,1');
    // With what is in reach by now, there is room.
    const again = await agentIn(open).arm<'calls'>('b', slow(['*.mjs']), () => undefined, never);
    expect(await again.counts(never)).toMatchObject({ inPlace: 1_800, waiting: 900, leftOut: 0 });
    await again.disarm(never);
  } finally {
    rmSync(root, { recursive: true });
  }
});
