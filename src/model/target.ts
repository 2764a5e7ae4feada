import type { AgentLink } from './agent-link.js';
import type { Address, NetworkRoute } from './network.js';
import type { ProcessIdentity } from './receipt.js';

/** Live objects of this process, by component name. */
export interface ObjectsTarget {
  readonly kind: 'objects';
  readonly name: string;
  /** A component is an object, a class, or a holder of functions. */
  readonly components: ReadonlyMap<string, object>;
  /** Where this process's outgoing connections pass, while a run sends them through its proxy. */
  readonly outgoing?: NetworkRoute;
}

/** This process as a whole: its outgoing connections. */
export interface ThisProcessTarget {
  readonly kind: 'this-process';
  readonly name: string;
  /** As for objects. */
  readonly outgoing?: NetworkRoute;
}

/** A process that chaosx starts, and its dependencies by name. */
export interface StartedTarget {
  readonly kind: 'started';
  readonly name: string;
  readonly dependencies: readonly string[];
  /** True when it gets a network namespace of its own. */
  readonly ownNetwork: boolean;
  /** Files of the programs that its command names, in order: `/usr/bin/env`, `/usr/bin/node`. Those that are not found are left out. */
  readonly programs?: readonly string[];
  /** Filled while the target runs. */
  readonly running?: RunningProcess;
}

/** By which a fault that ends the process of a started target has it start again. */
export interface StartedLife {
  /** From now on its end is no failure of the target: it is to be started again. */
  expectEnd(): void;
  /**
   * Starts it as it was started, unless it runs, and does not wait until it is ready; what is left of it is ended first. Does
   * nothing when the run is being stopped.
   */
  startAgain(signal: AbortSignal): Promise<void>;
}

/** By which a fault that ends a process that ran before says what came in its place. */
export interface FollowedLife {
  /** From now on its end is no failure of the target, nor that of what comes in its place: probes decide. */
  expectEnd(): void;
  /** The target is this process from now on. */
  goesOnAs(process: ProcessIdentity): void;
}

/** What faults reach in a target that was started. */
export interface RunningProcess {
  /** As it runs now: another one after it was started again. */
  readonly process: ProcessIdentity;
  readonly life?: StartedLife;
  /** Its own program begins only when the faults are there: nothing that it does can be looked at before. */
  readonly beginsLater?: true;
  /** One route a dependency. */
  readonly routes: ReadonlyMap<string, NetworkRoute>;
  /** Where all its outgoing TCP connections pass, while the agent in it sends them through the run's proxy. */
  readonly outgoing?: NetworkRoute;
  /** The agents in its Node processes, where they were asked for. */
  readonly agent?: AgentLink;
  /** Where it has one. */
  readonly network?: TargetNetwork;
  /** The clock that was preloaded into it, where that was asked for. */
  readonly clock?: PreloadedClock;
}

/** A clock between the programs of a target and the machine's, which shows what a file says. */
export interface PreloadedClock {
  /** The directory that holds the file. */
  readonly directory: string;
  /** By which a program gets that clock. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The network of a started target that has one of its own: all its packets pass a router of ours. */
export interface TargetNetwork {
  /** The file by which the target's namespace is entered. */
  readonly netns: string;
  /** The router's namespace, by its inode. */
  readonly router: string;
  /** Where the target reaches each dependency. */
  readonly dependencies: ReadonlyMap<string, Address>;
}

/** A process that was there before chaosx came, and stays when it goes. */
export interface RunningTarget {
  readonly kind: 'running';
  readonly name: string;
  /** That process alone, and none that has its pid later; in a run, what came in its place after a fault had ended it. */
  readonly process: ProcessIdentity;
  /** In a run. */
  readonly life?: FollowedLife;
  /** Its command line, shortened, for people. */
  readonly command: string;
  readonly isNode: boolean;
  /** As the user said: SIGUSR1 does what it does in Node, where that cannot be seen. */
  readonly trustSignal: boolean;
  /** The agents in its threads, while they are attached. */
  readonly agent?: AgentLink;
  /** Where the TCP connections pass that it opens, while the agent in it sends them through the run's proxy. */
  readonly outgoing?: NetworkRoute;
  /** Counts the TCP connections that it made and has open now, and that pass by the proxy. */
  readonly passingBy?: () => number;
}

/** Places on the network that somebody else runs: reached by kernel rules alone. */
export interface AddressTarget {
  readonly kind: 'address';
  readonly name: string;
  /** At least one; the hosts are IP addresses. */
  readonly addresses: readonly Address[];
}

/** A place that somebody else runs, with a port of chaosx in front of it that clients are pointed at. */
export interface Front {
  readonly component: string;
  /** Where it is. */
  readonly address: Address;
  /** Where the proxy listens during the run. */
  readonly listen: Address;
}

/** Places that somebody else runs, reached through chaosx. */
export interface FrontedTarget {
  readonly kind: 'fronted';
  readonly name: string;
  /** At least one. */
  readonly fronts: readonly Front[];
  /** The ways through the proxy by component, while it is there. */
  readonly routes?: ReadonlyMap<string, NetworkRoute>;
}

/** What is under test. */
export type Target =
  | ObjectsTarget
  | ThisProcessTarget
  | StartedTarget
  | RunningTarget
  | AddressTarget
  | FrontedTarget;

/** The names that `targetComponents` may use on this target. */
export function componentNames(target: Target): readonly string[] {
  switch (target.kind) {
    case 'objects':
      return [...target.components.keys()];
    case 'started':
      return target.dependencies;
    case 'this-process':
    case 'running':
    case 'address':
      return [];
    case 'fronted':
      return target.fronts.map(({ component }) => component);
  }
}
