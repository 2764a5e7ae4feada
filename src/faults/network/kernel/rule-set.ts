import type { Address, Direction, Toxic } from '../../../model/network.js';
import type { TrafficClasses } from '../../../undo/traffic-class.js';
import type { PacketPath } from './packet-path.js';
import type { SamplePorts } from './sample-connects.js';

/** What rules of the kernel can do to packets. */
export type PacketFault = Extract<Toxic, { readonly type: 'loss' | 'drop' | 'refuse' | 'connection-rate' }>;

/** What rules can do beside: put packets into classes of the links that they leave by. */
export interface PacketMark {
  readonly type: 'mark';
  readonly direction: Direction;
  readonly classes: TrafficClasses;
}

/** The scenarios that they make. */
export type PacketFaultType = 'PACKET_LOSS' | 'NETWORK_PARTITION' | 'CONNECTION_RATE';

export interface RuleSet {
  readonly table: string;
  readonly paths: readonly PacketPath[];
  readonly fault: PacketFault | PacketMark;
  /** Ports that the checker's own connections come from: they meet the same fault and are not counted. */
  readonly samplerPorts: SamplePorts;
}

/** `numgen` draws whole numbers below this: rates are as fine as one in a million. */
const drawn = 1_000_000;

/**
 * The script that makes one table with all rules of an injection. The counters are what the target met: `met` the
 * packets on the paths, `hit` those that the fault took.
 *
 * Packets are dropped where they arrive wherever that is possible: their sender then notices nothing, as in a network.
 * A packet that is dropped where it leaves fails in the sender's hands (UDP's `send` gives EPERM, TCP tries again soon).
 */
export function ruleSetScript({ table, paths, fault, samplerPorts }: RuleSet): string {
  const { from, count } = samplerPorts;
  const cuts = cutsOf(fault);
  const jumps = paths.flatMap((path) => jumpsOf(path, cuts));
  const hook = (name: 'input' | 'output' | 'forward') => {
    const rules = jumps.filter((jump) => jump.hook === name).map(({ rule }) => rule);
    if (rules.length === 0) return [];
    return [
      `  chain ${name} {`,
      `    type filter hook ${name} priority -5; policy accept;`,
      ...indented(rules),
      '  }',
    ];
  };
  const chain = (name: string, rules: readonly string[]) => [`  chain ${name} {`, ...indented(rules), '  }'];
  return [
    `table inet ${table} {`,
    `  set samplers { type inet_service; flags interval; elements = { ${from}-${from + count - 1} }; }`,
    '  counter met { }',
    '  counter hit { }',
    ...chain('uncounted', effectOf(fault, paths, 'checker')),
    ...chain('counted', effectOf(fault, paths, 'target')),
    ...chain('towards', ['th sport @samplers goto uncounted', 'counter name met', 'goto counted']),
    ...chain('back', ['th dport @samplers goto uncounted', 'counter name met', 'goto counted']),
    ...hook('input'),
    ...hook('output'),
    ...hook('forward'),
    '}',
    '',
  ].join('\n');
}

type Way = 'to-target' | 'from-target';

function cutsOf(fault: PacketFault | PacketMark): ReadonlySet<Way> {
  if (fault.type === 'refuse' || fault.type === 'connection-rate' || fault.direction === 'both')
    return new Set<Way>(['to-target', 'from-target']);
  return new Set<Way>([fault.direction]);
}

function effectOf(
  fault: PacketFault | PacketMark,
  paths: readonly PacketPath[],
  whose: keyof TrafficClasses,
): readonly string[] {
  const count = whose === 'target' ? 'counter name hit ' : '';
  switch (fault.type) {
    case 'loss':
      return lossOf(fault.lossRate, `${count}drop`);
    case 'drop':
      return [`${count}drop`];
    case 'refuse':
      return [
        // The answers of the rules below pass these chains themselves.
        'tcp flags & rst == rst return',
        `meta l4proto tcp ${count}reject with tcp reset`,
        `${count}reject with icmpx type port-unreachable`,
      ];
    case 'connection-rate':
      // A rule a place, each with a limit of its own.
      return paths.map(({ place }) => {
        const over = `limit rate over ${nftRate(fault.perSecond)} burst ${fault.burst} packets`;
        return `${towardsPlace(place)} tcp flags & (syn | ack) == syn ${over} ${count}reject with tcp reset`;
      });
    case 'mark':
      return [`${count}meta priority set ${fault.classes[whose]}`];
  }
}

/** nft takes whole numbers. */
function nftRate(perSecond: number): string {
  return Number.isInteger(perSecond)
    ? `${perSecond}/second`
    : `${Math.max(1, Math.round(perSecond * 60))}/minute`;
}

function towardsPlace({ host, port }: Address): string {
  return `${host.includes(':') ? 'ip6' : 'ip'} daddr ${host} tcp dport ${port}`;
}

/** nft takes no limit that every number is below, nor one that none is. */
function lossOf(rate: number, drop: string): readonly string[] {
  const limit = Math.round(rate * drawn);
  if (limit <= 0) return [];
  return limit >= drawn ? [drop] : [`numgen random mod ${drawn} < ${limit} ${drop}`];
}

interface Jump {
  readonly hook: 'input' | 'output' | 'forward';
  readonly rule: string;
}

function jumpsOf({ place, towards, passing }: PacketPath, cuts: ReadonlySet<Way>): readonly Jump[] {
  const ip = place.host.includes(':') ? 'ip6' : 'ip';
  const goingThere = `${ip} daddr ${place.host} meta l4proto { tcp, udp } th dport ${place.port} goto towards`;
  const comingBack = `${ip} saddr ${place.host} meta l4proto { tcp, udp } th sport ${place.port} goto back`;
  const backwards: Way = towards === 'to-target' ? 'from-target' : 'to-target';
  const there = cuts.has(towards);
  const back = cuts.has(backwards);
  switch (passing) {
    case 'local':
      return [
        ...(there ? [{ hook: 'input', rule: goingThere } as const] : []),
        ...(back
          ? [
              { hook: 'input', rule: comingBack } as const,
              // What stays on this machine was not dropped here: it arrives, above.
              { hook: 'output', rule: `oifname != "lo" ${comingBack}` } as const,
            ]
          : []),
      ];
    case 'remote':
      return [
        ...(there ? [{ hook: 'output', rule: goingThere } as const] : []),
        ...(back ? [{ hook: 'input', rule: comingBack } as const] : []),
      ];
    case 'forwarded':
      return [
        ...(there ? [{ hook: 'forward', rule: goingThere } as const] : []),
        ...(back ? [{ hook: 'forward', rule: comingBack } as const] : []),
      ];
  }
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `    ${line}`);
}
