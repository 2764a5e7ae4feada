import { createHash } from 'node:crypto';
import { inNetns } from './network-namespace.js';
import { runTool, type ToolAnswer } from './run-tool.js';

/** The interfaces of a target's router: towards this machine, and towards the target. */
export const routerLinks = ['up0', 'down0'] as const;
export type RouterLink = (typeof routerLinks)[number];

/** The classes of htb that one injection has on a link, under the root `1:`. */
export interface TrafficClasses {
  /** Of what the fault is for. */
  readonly target: string;
  /** Of the checker's own packets: the same, but neither takes from the other. */
  readonly checker: string;
}

/** The classes that an injection may have: they follow from its id. */
export function trafficClassesOf(injectionId: string): TrafficClasses {
  // Of 16 bits, 0 means something else, and from 0x8000 on the kernel gives numbers to queues by itself.
  const word = createHash('sha256').update(injectionId).digest().readUInt16BE(0) % 0x3f_fe;
  const minor = (n: number) => `1:${(2 * (word + 1) + n).toString(16)}`;
  return { target: minor(0), checker: minor(1) };
}

export interface TcOptions {
  /** The file of the network namespace to act in. */
  readonly netns: string;
  /** Commands for `-batch -`. */
  readonly input?: string;
  readonly runId?: string | undefined;
  readonly signal: AbortSignal;
}

/** Runs `tc` in a network namespace. */
export function runTc(args: readonly string[], { netns, ...options }: TcOptions): Promise<ToolAnswer> {
  const [program, ...all] = inNetns(netns, ['tc', ...args]);
  return runTool(program, all, options);
}
