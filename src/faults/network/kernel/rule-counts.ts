import { ChaosError } from '../../../model/chaos-error.js';
import { runNft } from '../../../undo/nft.js';

/** Packets of the target, without those of the checker. */
export interface RuleCounts {
  /** Packets on the paths that a fault cuts. */
  readonly met: number;
  /** Those that the fault took. */
  readonly hit: number;
}

/**
 * What the kernel counted in a table since it was made; null when the table is gone, as after `nft flush ruleset`.
 *
 * @throws ChaosError INJECTION_FAILED when the kernel does not say
 */
export async function ruleCounts(
  table: string,
  options: { readonly netns: string | null; readonly signal: AbortSignal },
): Promise<RuleCounts | null> {
  const { code, stdout, stderr } = await runNft(
    ['-j', 'list', 'counters', 'table', 'inet', table],
    '',
    options,
  );
  if (code !== 0) {
    if (/No such file or directory/.test(stderr)) return null;
    throw new ChaosError('INJECTION_FAILED', `expected the counters of the table ${table}: ${stderr.trim()}`);
  }
  const { nftables } = JSON.parse(stdout) as {
    readonly nftables: readonly { readonly counter?: { readonly name: string; readonly packets: number } }[];
  };
  const of = (name: string) => nftables.find(({ counter }) => counter?.name === name)?.counter?.packets ?? 0;
  return { met: of('met'), hit: of('hit') };
}
