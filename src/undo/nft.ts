import { inNetns, ownNetns } from './network-namespace.js';
import { runTool, type ToolAnswer } from './run-tool.js';

export interface NftOptions {
  /** The file of the network namespace to act in. Default: that of this process. */
  readonly netns?: string | null;
  readonly runId?: string | undefined;
  readonly signal: AbortSignal;
}

/** Runs `nft` with a script on its standard input. */
export function runNft(
  args: readonly string[],
  script: string,
  { netns = null, runId, signal }: NftOptions,
): Promise<ToolAnswer> {
  const [program, ...all] = inNetns(netns, ['nft', ...args]);
  return runTool(program, all, { input: script, runId, signal });
}

/** The name of the one table that an injection may have; nft knows no dashes. */
export function nftTableOf(injectionId: string): string {
  return `chaosx_${injectionId.replaceAll(/\W/g, '_')}`;
}

/** The names of the tables of a run that are in this process's network namespace; none where nft cannot be asked. */
export async function nftTablesOf(runId: string, signal: AbortSignal): Promise<readonly string[]> {
  if (process.geteuid?.() !== 0 || ownNetns() === null) return [];
  const { code, stdout } = await runNft(['list', 'tables'], '', { signal });
  if (code !== 0) return [];
  const prefix = nftTableOf(runId);
  return [...stdout.matchAll(/^table inet (\w+)$/gm)].flatMap(([, name = '']) =>
    name === prefix || name.startsWith(`${prefix}_`) ? [name] : [],
  );
}
