import { createHash } from 'node:crypto';

/** What the network of a started target is made of, by name. */
export interface TargetNetworkNames {
  /** The target's network namespace. */
  readonly name: string;
  /** The namespace between it and the machine, whose rules break it. */
  readonly router: string;
  /** The machine's interface towards the router; 15 characters are the most that the kernel takes. */
  readonly link: string;
}

/** The names for a run: nothing else is ever removed as a target's network. */
export function targetNetworkNames(runId: string): TargetNetworkNames {
  const name = `chaosx-${runId}`;
  const link = `cx${createHash('sha256').update(runId).digest('hex').slice(0, 10)}`;
  return { name, router: `${name}-router`, link };
}
