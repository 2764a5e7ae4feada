import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Evidence } from '../src/model/evidence.js';
import { isInsideExactInterval } from './binomial.js';
import { hasKernelRules } from './kernel-rules.js';
import { type RunningProgram, tablesOn, type TestMachine, TestNetwork } from './test-network.js';

const inject = fileURLToPath(new URL('fixtures/inject-at-address.mjs', import.meta.url));
const count = fileURLToPath(new URL('fixtures/count-datagrams.mjs', import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-kernel-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A machine of a network that has as many as are asked for. */
function machine(network: TestNetwork, n: number): TestMachine {
  const found = network.machines[n];
  if (found === undefined) throw new Error(`no machine ${n}`);
  return found;
}

async function injected(
  network: TestNetwork,
  on: TestMachine,
  scenario: string,
  parameters: object,
  addresses: readonly string[],
): Promise<RunningProgram> {
  const state = join(folder, 'state');
  const program = network.start(on, [
    process.execPath,
    inject,
    scenario,
    JSON.stringify(parameters),
    state,
    ...addresses,
  ]);
  expect(await program.line()).toBe('"injected"');
  return program;
}

const evidenceOf = async (program: RunningProgram) => (await program.ask('check')) as Evidence;

describe.skipIf(!hasKernelRules)('rules of the kernel', () => {
  const port = 5_000;
  const packets = 12_000;
  const oneInAMillion = 1e-6;

  test.each([
    ['where they arrive', 1],
    ['where they leave', 0],
  ] as const)('lose packets %s, at the rate that was asked for', async (_where, breaker) => {
    await using network = new TestNetwork(2);
    const [sender, receiver] = [machine(network, 0), machine(network, 1)];
    const place = [receiver.ip, String(port)] as const;
    const receiving = network.start(receiver, [process.execPath, count, 'receive', ...place]);
    const sending = network.start(sender, [process.execPath, count, 'send', ...place, String(packets)]);
    expect([await receiving.line(), await sending.line()]).toEqual(['"ready"', '"ready"']);
    const lostNow = async () => {
      await sending.ask('go');
      const { received, overflown } = (await receiving.ask('count')) as Record<
        'received' | 'overflown',
        number
      >;
      return packets - received - overflown;
    };

    expect(await lostNow()).toBe(0);
    for (const lossPercent of [20, 1.5]) {
      const fault = await injected(network, machine(network, breaker), 'packet_loss', { lossPercent }, [
        place.join(':'),
      ]);
      const lost = await lostNow();
      expect(isInsideExactInterval(lost, packets, lossPercent / 100, oneInAMillion), `${lost} lost`).toBe(
        true,
      );
      const { active, exposure } = await evidenceOf(fault);
      // Thirty connects tell 20 %; at 1.5 % all of them may come through.
      if (lossPercent === 20) expect(active).toBe('yes');
      // The kernel's own count is that of the two programs, to the packet.
      expect(exposure).toMatchObject({
        kind: 'counted',
        n: lost,
        what: expect.stringContaining(`of ${packets} that passed`),
      });
      expect(await fault.ask('revert')).toBe('reverted');
      expect(network.machines.map(tablesOn)).toEqual([[], []]);
    }
    expect(await lostNow()).toBe(0);
  });
});
