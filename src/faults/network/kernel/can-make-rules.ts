import type { Support } from '../../../model/fault.js';
import { timeoutSignal } from '../../../model/timeout-signal.js';
import { runNft } from '../../../undo/nft.js';
import { ruleSetScript } from './rule-set.js';

const limitMs = 5_000;

/** Everything that our rules need of the kernel, asked for without making anything. */
const wanted = (
  [
    { type: 'loss', lossRate: 0.5, direction: 'both', seed: 0 },
    { type: 'refuse' },
    { type: 'connection-rate', perSecond: 1, burst: 1 },
  ] as const
)
  .map((fault, index) =>
    ruleSetScript({
      table: `chaosx_check_${index}`,
      paths: [{ place: { host: '192.0.2.1', port: 9 }, towards: 'to-target', passing: 'local' }],
      fault,
      samplerPorts: { from: 9, count: 2 },
    }),
  )
  .join('');

/** Can rules be made here? Lets the kernel check a table that it does not keep. */
export async function canMakeRules(): Promise<Support> {
  if (process.platform !== 'linux')
    return refused(`rules of the kernel need Linux, this is ${process.platform}`);
  if (process.geteuid?.() !== 0) return refused('rules of the kernel need root');
  const { code, stderr } = await runNft(['--check', '--file', '-'], wanted, {
    signal: timeoutSignal(limitMs),
  });
  if (code === 0) return { supported: true };
  if (code === null)
    return refused('rules of the kernel need nft, which is not installed (Debian: nftables)');
  return refused(`the kernel refuses the rules: ${stderr.trim().split('\n')[0] ?? ''}`);
}

/** Said of every target that rules cannot be made for, by each fault of the kernel alike. */
export function noPlaceForRules(name: string): Support {
  return refused(
    `rules of the kernel need an address, or a network of its own for ${name} (targetSystem.ownNetwork)`,
  );
}

function refused(reason: string): Support {
  return { supported: false, reason };
}
