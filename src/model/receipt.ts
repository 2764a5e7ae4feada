/** A process, told apart from a later one with the same pid by its start time (field 22 of /proc/PID/stat). */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

interface ReceiptFacts {
  /** Unique in the journal: `<runId>-<n>`. */
  readonly id: string;
  readonly runId: string;
  /** The boot in which it was written: after a reboot, processes and sockets are gone by themselves. */
  readonly bootId: string;
  /** Wall-clock ms after which the watchdog undoes it even while the run lives. */
  readonly expiresAt: number;
}

/** Something in the process of the run (patched functions, threads, memory): gone when that process is. */
export interface PatchReceipt extends ReceiptFacts {
  readonly kind: 'patch';
  readonly process: ProcessIdentity;
  /** What is touched, e.g. `database_layer.query`. */
  readonly sites: readonly string[];
}

/** A toxic in a proxy of ours; the proxy drops it when the lease is not renewed. */
export interface ToxicReceipt extends ReceiptFacts {
  readonly kind: 'toxic';
  readonly controlPath: string;
  readonly toxicId: string;
  readonly routes: readonly string[];
}

/** A proxy process of ours, found again by its mark (`CHAOSX_RUN` in its environment). */
export interface ProxyReceipt extends ReceiptFacts {
  readonly kind: 'proxy';
  /** The fresh 0700 directory that holds its control socket. */
  readonly directory: string;
  readonly process?: ProcessIdentity;
}

/** A proxy of ours in front of what we did not start: retired, never ended, so that nobody's connections are cut. */
export interface FrontReceipt extends ReceiptFacts {
  readonly kind: 'front';
  /** The fresh 0700 directory that holds its control socket. */
  readonly directory: string;
  readonly process?: ProcessIdentity;
}

/** A fault in the agents of a target; they drop it when the lease is not renewed, or their controller hangs up. */
export interface AgentReceipt extends ReceiptFacts {
  readonly kind: 'agent';
  /** The first process of the target. */
  readonly process: ProcessIdentity;
  /** Where its agents find their controller. */
  readonly directory: string;
  readonly faultId: string;
}

/** Where agents find their controller, which is the process of the run. */
export interface AgentDirectoryReceipt extends ReceiptFacts {
  readonly kind: 'agent-directory';
  /** The fresh 0700 directory that holds its socket. */
  readonly directory: string;
}

/** A process that is being attached to: its inspector may be open because of us, and must not stay so. */
export interface AttachReceipt extends ReceiptFacts {
  readonly kind: 'attach';
  readonly process: ProcessIdentity;
}

/** A target that we started, with everything that it started; found again by its mark. */
export interface StartedProcessReceipt extends ReceiptFacts {
  readonly kind: 'started-process';
  /** The program, for messages; never executed. */
  readonly program: string;
  readonly process?: ProcessIdentity;
}

/** A table of nftables of ours, with all rules of one injection in it. */
export interface NftTableReceipt extends ReceiptFacts {
  readonly kind: 'nft-table';
  /** Follows from the receipt's id: `chaosx_<id>` with underscores. */
  readonly table: string;
  /** The network namespace that it is in, by the inode of its file in /proc. */
  readonly netns: string;
}

/** Classes of packets on the links of a target's router, and the table whose rules put packets into them. */
export interface TrafficClassReceipt extends ReceiptFacts {
  readonly kind: 'traffic-class';
  /** As of a table alone; the classes follow from the receipt's id as well. */
  readonly table: string;
  /** The router's network namespace, by the inode of its file in /proc. */
  readonly netns: string;
}

/** The network of a started target: two namespaces of ours and what connects them to the machine. */
export interface TargetNetworkReceipt extends ReceiptFacts {
  readonly kind: 'target-network';
  /** The name of the target's namespace, `chaosx-<run>`; the router's has `-router` after it. */
  readonly name: string;
  /** The interface on this machine; it goes with the router. */
  readonly link: string;
}

/** A file of ours that takes the space of a disk. Unlike everything else, it would survive a reboot. */
export interface DiskFileReceipt extends ReceiptFacts {
  readonly kind: 'disk-file';
  /** The folder that it is in, by its path without links. */
  readonly directory: string;
  /** Follows from the receipt's id: `.chaosx-<id>`. */
  readonly name: string;
  /** The file system, by the number of its device; not there for one in memory, which is gone once it is unmounted. */
  readonly device?: string;
  /** Known once it is made. */
  readonly inode?: string;
}

/** Processes of a target that stand still because of us. */
export interface PausedProcessesReceipt extends ReceiptFacts {
  readonly kind: 'paused-processes';
  /** The target's first process. */
  readonly process: ProcessIdentity;
  /** All that are stopped, known before each of them is: one that stood still before is not ours to wake. */
  readonly processes?: readonly ProcessIdentity[];
}

/** A process whose limit of open files is lowered because of us, with the limits before and since as the kernel says them. */
export interface LoweredFileLimit extends ProcessIdentity {
  readonly before: string;
  readonly during: string;
}

/** Processes of a target that may open fewer files because of us. */
export interface FileLimitsReceipt extends ReceiptFacts {
  readonly kind: 'file-limits';
  /** The target's first process. */
  readonly process: ProcessIdentity;
  /** All whose limit is lowered, known before each of them is. */
  readonly limits?: readonly LoweredFileLimit[];
}

/** A directory of which the preloaded clock of a target is told what it is to show. */
export interface ClockDirectoryReceipt extends ReceiptFacts {
  readonly kind: 'clock-directory';
  /** `chaosx-<run>-clock`; what the library shares between processes is named after it. */
  readonly directory: string;
}

/** A preloaded clock of a target that is wrong because of us. */
export interface FakedClockReceipt extends ReceiptFacts {
  readonly kind: 'faked-clock';
  /** The target's first process. */
  readonly process: ProcessIdentity;
  readonly directory: string;
}

/** A process that was in a control group apart from that of the target's first one. */
export interface ProcessElsewhere extends ProcessIdentity {
  /** The folder of that group. */
  readonly from: string;
}

/** A control group of ours, with a target's processes in it. */
export interface CgroupReceipt extends ReceiptFacts {
  readonly kind: 'cgroup';
  /** The target's first process. */
  readonly process: ProcessIdentity;
  /** The folder of the group that it is made in. */
  readonly parent: string;
  /** Follows from the receipt's id: `chaosx_<id>` with underscores. */
  readonly name: string;
  /** Where its processes go back to, those included that are born in it. */
  readonly home: string;
  /** Controllers of version 2 that are switched on in `parent` for it, and off again. */
  readonly enabled?: readonly string[];
  /** Those that do not go to `home`, known before each of them is moved. */
  readonly others?: readonly ProcessElsewhere[];
}

/** A process of ours beside a target, found again by its mark (`CHAOSX_HELPER` with the receipt's id, in its environment). */
export interface HelperReceipt extends ReceiptFacts {
  readonly kind: 'helper';
  /** Whose program, for messages; never executed. */
  readonly program: string;
}

/** What a fault or target will touch and how it is undone: plain JSON, closed, without commands to execute. */
export type Receipt =
  | PatchReceipt
  | ToxicReceipt
  | ProxyReceipt
  | FrontReceipt
  | AgentReceipt
  | AgentDirectoryReceipt
  | AttachReceipt
  | StartedProcessReceipt
  | NftTableReceipt
  | TrafficClassReceipt
  | TargetNetworkReceipt
  | DiskFileReceipt
  | CgroupReceipt
  | HelperReceipt
  | FileLimitsReceipt
  | ClockDirectoryReceipt
  | FakedClockReceipt
  | PausedProcessesReceipt;
export type ReceiptKind = Receipt['kind'];
export type ReceiptOf<K extends ReceiptKind> = Extract<Receipt, { kind: K }>;

/** Facts that are known only after the act. */
export type ReceiptAmendment = {
  readonly process?: ProcessIdentity;
  readonly processes?: readonly ProcessIdentity[];
  readonly toxicId?: string;
  readonly inode?: string;
  readonly limits?: readonly LoweredFileLimit[];
  readonly others?: readonly ProcessElsewhere[];
};
