import { ChaosError } from '../model/chaos-error.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { runTool } from '../undo/run-tool.js';

const limitMs = 5_000;
const tools = [
  ['ip', '-V'],
  ['nsenter', '--version'],
  ['nft', '--version'],
] as const;

/**
 * Refuses a target with a network of its own where none can be made. Touches nothing.
 *
 * @throws ChaosError UNSUPPORTED_SCENARIO with what is missing
 */
export async function requireNetworkTools(name: string): Promise<void> {
  const missing = process.geteuid?.() === 0 ? [] : ['root'];
  for (const [program, option] of tools) {
    const { code } = await runTool(program, [option], { signal: timeoutSignal(limitMs) });
    if (code !== 0) missing.push(program);
  }
  if (missing.length === 0) return;
  throw new ChaosError(
    'UNSUPPORTED_SCENARIO',
    `expected to give ${name} a network of its own, this needs ${missing.join(', ')}`,
    {
      hint: 'run chaosx as root with iproute2, util-linux and nftables, or leave out targetSystem.ownNetwork',
    },
  );
}
