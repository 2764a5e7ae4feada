import { expect, test } from 'vitest';
import type { AgentFaults, RemoteEffect } from '../src/model/agent-link.js';
import type { FiredDecision } from '../src/model/fault.js';
import type { CallSelection } from '../src/model/scenario-parameters.js';
import { openTestHub, startProgram, type TestHub } from './agent-rig.js';
import { never, startUpstream } from './network-servers.js';

const reset: RemoteEffect = { kind: 'throw', exceptionTypes: ['ECONNRESET'], moment: 'before' };

function callsFault(
  selection: Partial<Omit<CallSelection, 'when'>> = {},
  effect: RemoteEffect = reset,
): AgentFaults['calls'] {
  return {
    kind: 'calls',
    name: 'random_exceptions',
    components: [],
    selection: { methods: ['fetch'], injectionRate: 1, ...selection },
    effect,
    activeMs: 60_000,
    seed: 42,
  };
}

const fetches = (url: string) => `const answer = () => fetch('${url}').then((response) => response.text());`;

/** Arms a fault and keeps what fired. */
async function arm({ hub }: TestHub, fault = callsFault(), id = 'fault') {
  const fired: FiredDecision[] = [];
  const armed = await hub.arm(id, fault, (decision) => fired.push(decision), never);
  return { armed, fired };
}

test('a fault is felt in another process, counted and told, and gone when it is disarmed', async () => {
  await using upstream = await startUpstream();
  await using agents = await openTestHub();
  await using program = startProgram(fetches(upstream.url), agents.variables);
  expect(await program.ask()).toBe('stock');
  const { armed, fired } = await arm(agents);
  expect(agents.hub.places()).toEqual([
    { number: 0, pid: program.pid, threadId: 0, nodeVersion: process.version },
  ]);
  expect(await armed.counts(never)).toMatchObject({ inPlace: 1, matched: 0, fired: 0 });
  expect(await program.ask()).toBe('ECONNRESET');
  expect(await program.ask()).toBe('ECONNRESET');
  expect(await armed.counts(never)).toMatchObject({ inPlace: 1, matched: 2, fired: 2, felt: 2, pauses: 0 });
  expect(fired).toEqual([
    { rule: 'random_exceptions', site: 'fetch', n: 0, effect: 'throw ECONNRESET' },
    { rule: 'random_exceptions', site: 'fetch', n: 1, effect: 'throw ECONNRESET' },
  ]);
  await armed.disarm(never);
  await armed.disarm(never);
  expect(await program.ask()).toBe('stock');
});
