import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ChaosError } from '../model/chaos-error.js';
import type { TargetNetworkReceipt } from '../model/receipt.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { inodeOf } from '../undo/network-namespace.js';
import { runTool } from '../undo/run-tool.js';
import { targetNetworkNames } from '../undo/target-network-names.js';
import { undoTargetNetwork } from '../undo/undo-target-network.js';
import type { OpenContext } from './open-context.js';

/** A network of a target's own, that is up. */
export interface OpenNetwork {
  /** The file by which the target's namespace is entered. */
  readonly netns: string;
  /** The router's namespace, by its inode. */
  readonly router: string;
  /** This machine, as the target sees it. */
  readonly hostIp: string;
  /** The target, as this machine sees it. */
  readonly targetIp: string;
  /** Takes it away; resolves once it is gone. */
  stop(signal: AbortSignal): Promise<void>;
}

/**
 * Makes the network of a target, its receipt on disk first: the target's namespace, and a router in another between it
 * and this machine. Both ends notice nothing when the router drops a packet, and this machine's rules stay as they are.
 *
 * What listens at the target's own 127.0.0.1 is reached as well. There is no way from the target to anywhere but this
 * machine's end of the link.
 *
 * @throws ChaosError UNSUPPORTED_SCENARIO when the machine cannot make it; nothing of it is left then
 */
export async function openNetwork(
  publish: readonly number[],
  { runId, bootId, expiresAt, journal, signal }: OpenContext,
): Promise<OpenNetwork> {
  const { name, router, link } = targetNetworkNames(runId);
  const receipt: TargetNetworkReceipt = {
    kind: 'target-network',
    id: `${runId}-network`,
    runId,
    bootId,
    expiresAt,
    name,
    link,
  };
  await journal.record(receipt);
  const stop = async (undoSignal: AbortSignal) => {
    await undoTargetNetwork(receipt, undoSignal);
    await journal.done(receipt.id);
  };
  try {
    const [, host, up, , net, down, target] = freeAddresses(runId);
    const run = (...command: readonly [string, ...string[]]) => runOrThrow(command, '', runId, signal);
    const inside = (netns: string, command: readonly string[], input: string) =>
      runOrThrow(['nsenter', `--net=/run/netns/${netns}`, '--', ...command], input, runId, signal);
    await run('ip', 'netns', 'add', name);
    await run('ip', 'netns', 'add', router);
    await run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'up0', 'netns', router);
    await run(
      'ip',
      '-n',
      router,
      'link',
      'add',
      'down0',
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      name,
    );
    // Otherwise the kernel hands on up to 64 kB as one packet, and loses them together.
    await run('ip', 'link', 'set', link, 'gso_max_segs', '1');
    await run('ip', '-n', name, 'link', 'set', 'eth0', 'gso_max_segs', '1');
    await run('ip', 'address', 'add', `${host}/30`, 'dev', link);
    await run('ip', '-n', router, 'address', 'add', `${up}/30`, 'dev', 'up0');
    await run('ip', '-n', router, 'address', 'add', `${down}/30`, 'dev', 'down0');
    await run('ip', '-n', name, 'address', 'add', `${target}/30`, 'dev', 'eth0');
    await run('ip', 'link', 'set', link, 'up');
    await run('ip', '-n', router, 'link', 'set', 'up0', 'up');
    await run('ip', '-n', router, 'link', 'set', 'down0', 'up');
    await run('ip', '-n', name, 'link', 'set', 'lo', 'up');
    await run('ip', '-n', name, 'link', 'set', 'eth0', 'up');
    await run('ip', 'route', 'add', `${net}/30`, 'via', up, 'dev', link);
    await run('ip', '-n', name, 'route', 'add', 'default', 'via', down);
    await inside(router, ['tee', '/proc/sys/net/ipv4/ip_forward'], '1');
    await inside(name, ['tee', '/proc/sys/net/ipv4/conf/eth0/route_localnet'], '1');
    if (publish.length > 0) await inside(name, ['nft', '--file', '-'], toLoopback(publish));
    const inode = inodeOf(`/run/netns/${router}`);
    if (inode === null) throw new ChaosError('INTERNAL', `expected the namespace ${router}, it is gone`);
    return { netns: `/run/netns/${name}`, router: inode, hostIp: host, targetIp: target, stop };
  } catch (error) {
    await stop(timeoutSignal(10_000));
    throw error;
  }
}

/** What comes to the target's address goes on to its 127.0.0.1, where many programs listen alone. */
function toLoopback(publish: readonly number[]): string {
  return [
    'table ip chaosx_publish {',
    '  chain arriving {',
    '    type nat hook prerouting priority -100;',
    `    iifname "eth0" tcp dport { ${publish.join(', ')} } dnat to 127.0.0.1`,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Networks of eight addresses in 198.18.0.0/15, which is set aside for tests of networks (RFC 2544). */
const networks = 2 ** 14;

type Eight = readonly [string, string, string, string, string, string, string, string];

/** Eight addresses in a row that this machine has no route to yet; where the search begins follows from the run. */
function freeAddresses(runId: string): Eight {
  const start = createHash('sha256').update(runId).digest().readUInt32BE(0);
  const routed = readFileSync('/proc/self/net/route', 'latin1');
  for (let n = 0; n < networks; n += 1) {
    const first = ((198 << 24) + (18 << 16) + ((start + n) % networks) * 8) >>> 0;
    const isTaken = [first, first + 4].some((address) => routed.includes(`\t${routeWord(address)}\t`));
    if (!isTaken) return Array.from({ length: 8 }, (_, i) => dotted(first + i)) as unknown as Eight;
  }
  throw new ChaosError('UNSUPPORTED_SCENARIO', 'expected a free network in 198.18.0.0/15, all are in use');
}

/** As /proc/net/route prints addresses: bytes reversed, on machines of this kind. */
function routeWord(address: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
  return bytes
    .toReversed()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

async function runOrThrow(
  [program, ...args]: readonly string[],
  input: string,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  const { code, stderr } = await runTool(program ?? '', args, { input, runId, signal });
  if (code === 0) return;
  throw new ChaosError(
    'UNSUPPORTED_SCENARIO',
    `expected to make a network for the target with \`${[program, ...args].join(' ')}\`: ${stderr.trim()}`,
    { hint: 'targetSystem.ownNetwork needs root, ip, nft, nsenter and a kernel with network namespaces' },
  );
}
