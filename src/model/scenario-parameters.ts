import type { ClockName } from './clock-change.js';
import type { CorruptionOperator } from './corruption-operator.js';
import type { CorruptionPlace } from './corruption-place.js';
import type { Duration } from './duration.js';
import type { LookupFailure } from './lookup.js';
import type { PeerPattern } from './peer-pattern.js';

/** One value, or `[min, max]` from which one is drawn by the seed. */
export type NumberRange = number | readonly [min: number, max: number];

/** Both ends of a range; a single value is a range of one. */
export function rangeOf(range: NumberRange): readonly [min: number, max: number] {
  return typeof range === 'number' ? [range, range] : range;
}

/** Which calls of the matched components an application fault acts on. All given conditions must hold. */
export interface CallSelection {
  /** Patterns with `*` on `component.method` or on the method alone, e.g. `["query", "cache.get*"]`. Default: all. */
  readonly methods?: readonly string[];
  /** Chance from 0 to 1 that a selected call is hit. */
  readonly injectionRate: number;
  /** Only every n-th matching call at a site (n ≥ 1). */
  readonly everyNth?: number;
  /** Only the first n matching calls at a site. */
  readonly firstN?: number;
  /** Only after n matching calls passed at a site. */
  readonly afterN?: number;
  /** At most n hits in all, over every site. */
  readonly atMost?: number;
  /** Only in this part of the fault's active time, counted from injection. */
  readonly window?: { readonly from: Duration; readonly to: Duration };
  /** `tagged-requests`: only what is done for incoming HTTP requests that carry the run's tag. Default: all calls. */
  readonly scope?: 'tagged-requests';
  /** Only calls whose arguments satisfy it. In the API only: a file holds no code. */
  readonly when?: (
    args: readonly unknown[],
    call: { readonly component: string; readonly method: string },
  ) => boolean;
}

/** Which calls of the platform an application fault acts on, besides: by what they are about, as it was asked for. */
export interface PlatformCallSelection extends CallSelection {
  /** Only calls of the network that go to these: `host`, `host:port`, an address or a network; names may hold `*`. */
  readonly hosts?: readonly PeerPattern[];
  /** Only these paths, of URLs (without the query) and of files (as given, or from the root): patterns with `*`. */
  readonly paths?: readonly string[];
  /** Only HTTP requests by these methods, e.g. `["POST"]`. */
  readonly httpMethods?: readonly string[];
}

/** A delay in milliseconds: fixed, or drawn anew for each call. */
export type DelayDistribution =
  | NumberRange
  | { readonly distribution: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly distribution: 'normal'; readonly meanMs: number; readonly standardDeviationMs: number }
  | { readonly distribution: 'exponential'; readonly meanMs: number };

/** What a caller may be made to see: a name, an error class, or a factory of errors. */
export type ExceptionType = string | (new (message: string) => Error) | ((call: FaultedCall) => Error);

/** The call that a factory makes an error for. */
export interface FaultedCall {
  readonly component: string;
  readonly method: string;
  readonly args: readonly unknown[];
  /** Where a call of the platform (`fetch`, `http.request`, …) was going. */
  readonly peer?: CalledPeer;
  /** The system call or query by which a name is looked up: `getaddrinfo`, `queryMx`. */
  readonly query?: string;
  /** What a call of `fs` works on. */
  readonly file?: CalledFile;
}

/** A file, as a call was asked for it, and how the platform names its failures. */
export interface CalledFile {
  /** Not there when the call works on what is open. */
  readonly path?: string;
  readonly destination?: string;
  /** The system call whose failures name the path. */
  readonly opens?: string;
  /** The system call on its bytes, or on what is open. */
  readonly works?: string;
}

/** The other end of a network call, as it was asked for: a name is not looked up. */
export interface CalledPeer {
  readonly host: string;
  readonly port: number;
}

export interface NetworkLatencyParameters {
  /** Added delay in ms, drawn per chunk on the way to the target, order kept. Default [500, 2000]. */
  readonly latencyMs: NumberRange;
}

export interface NetworkPartitionParameters {
  /** `drop`: bytes vanish silently. `refuse`: connections are reset and new ones refused. Default drop. */
  readonly mode: 'drop' | 'refuse';
  /** Which way is cut, seen from the target. `refuse` knows only `both`. Default both. */
  readonly direction: 'both' | 'to-target' | 'from-target';
  /**
   * Only connections to these: `host`, `host:port`, an IP address, or a network such as `10.0.0.0/8`; names may hold
   * `*`. Matched with the name that was asked for and with what it was resolved to. Default: all.
   */
  readonly peers?: readonly PeerPattern[];
}

export interface PacketLossParameters {
  /** Share of packets lost, in percent. Default [10, 30]. */
  readonly lossPercent: NumberRange;
}

export interface BandwidthParameters {
  /** What passes on each connection in a second, in KB (1,000 bytes), each way apart. Default 32. */
  readonly kilobytesPerSecond: number;
  /** Which way is narrow, seen from the target. Default both. */
  readonly direction: 'both' | 'to-target' | 'from-target';
}

export interface ConnectionResetParameters {
  /** Share of connections that are reset, from 0 to 1, chosen by the seed. Default 0.3. */
  readonly resetRate: number;
  /**
   * Time to the reset in ms, drawn per connection: from the begin of the fault on a connection that was open then, from
   * its first bytes on a new one. Default 0.
   */
  readonly afterMs: NumberRange;
}

export interface ConnectionRateParameters {
  /** New connections that are let through in a second, to each place apart. Default 5. */
  readonly perSecond: number;
  /** So many may come at once after a pause. Default 1. */
  readonly burst: number;
}

export interface DnsFailureParameters {
  /** Names whose look-ups fail; `*` stands for any characters. Default `["*"]`: all. */
  readonly hosts: readonly string[];
  /** What is met: an error at once, or no answer for 10 s and then `EAI_AGAIN`. Default ENOTFOUND. */
  readonly error: LookupFailure;
  /** Chance from 0 to 1 that a look-up fails. Default 1. */
  readonly injectionRate: number;
}

export interface CpuStressParameters {
  /** Share of each core, or of the event loop's time, that is kept busy, in percent. Default [80, 100]. */
  readonly cpuPercentage: NumberRange;
  /** How many cores; 0 means all. Default 0. */
  readonly cores: number;
  /**
   * What is kept busy: the machine's CPUs, those CPUs and that CPU time which the target's control groups allow, or the event
   * loops of the target, in stretches of 100 ms. Default cpus.
   */
  readonly place: 'cpus' | 'cgroup' | 'event-loop';
  /** Who keeps CPUs busy. Default chaosx. */
  readonly worker: 'chaosx' | 'stress-ng';
  /** Until the level is reached, of CPUs alone: seconds, or a string with a unit. Default 0. */
  readonly ramp: Duration;
  /** Steps on the way; 0: smoothly. Default 0. */
  readonly rampSteps: number;
}

/** Where a process holds what leaks: among JavaScript's own objects, or outside of the heap, as buffers are. */
export type MemoryPlace = 'heap' | 'external';

export interface MemoryLeakParameters {
  /** In the target, a Node process, or `beside`: in a process of ours in the target's control group. Default external. */
  readonly place: MemoryPlace | 'beside';
  /** Growth in MB/s. Default 10. */
  readonly rateMbPerSecond: number;
  /** Growth stops here, in MB. Default 256. */
  readonly limitMb: number;
}

/** A leak of the process that it is made in. */
export interface OwnLeak extends MemoryLeakParameters {
  readonly place: MemoryPlace;
}

export interface DiskFullParameters {
  /**
   * `disk`: a file of chaosx fills the file system. `target`: nothing is filled, and writes of the target, a Node process,
   * fail with ENOSPC. Default disk.
   */
  readonly place: 'disk' | 'target';
  /**
   * A folder on the file system to fill; it has no default, so that nothing is filled by accident. With `target`: the
   * folder where writes fail; without it all writes to files do.
   */
  readonly path?: string;
  /** Level to fill to, in percent of what programs may use, as `df` shows it. Default 95. */
  readonly fillPercent: number;
  /** Instead of a level: leave so many bytes free. */
  readonly remainingBytes?: number;
  /** Never write more than this many bytes. Default 10 GB. */
  readonly maxBytes: number;
  /** Allows the file system mounted at `/`. Default false. */
  readonly allowRootFs: boolean;
}

export interface DiskSlowParameters {
  /** Only files in this folder, and in folders below. Default: all files. */
  readonly path?: string;
  /** Which calls are slow. Default all. */
  readonly operations: 'all' | 'reads' | 'writes';
  /** Delay of each call in ms, drawn anew for each. Default [50, 200]. */
  readonly delayMs: NumberRange;
  /** Chance from 0 to 1 that a call is slow. Default 1. */
  readonly injectionRate: number;
}

export interface FdExhaustionParameters {
  /** How many more file descriptors each process may open. Default 0. */
  readonly spare: number;
  /** Also all processes that it has started, and that these have. Default true. */
  readonly tree: boolean;
}

export interface ExceptionInjectionParameters extends PlatformCallSelection {
  /**
   * What is thrown, chosen by the seed: platform codes (`ECONNRESET`, `ETIMEDOUT`, `ECONNREFUSED`, `EAI_AGAIN`,
   * `ENOSPC`, `EMFILE`), `AbortError`, `TimeoutError`, `HttpError` or `HttpError:503`, names of JavaScript's
   * error classes, and in the API classes and factories. Default `["Error"]`.
   */
  readonly exceptionTypes: readonly ExceptionType[];
  /** `before`: the real call does not happen. `after`: it happens and its reply is lost. Default before. */
  readonly moment: 'before' | 'after';
}

export interface ShortReadParameters extends PlatformCallSelection {
  /** `short`: reads give fewer bytes than asked, and the rest with the next read. `truncated`: files end early. Default short. */
  readonly mode: 'short' | 'truncated';
}

export interface NullInjectionParameters extends CallSelection {
  /** What callers get: null, undefined, an empty value of the real answer's type, or `{ given: … }`. Default null. */
  readonly value: 'null' | 'undefined' | 'empty' | { readonly given: unknown };
}

export interface SlowResponseParameters extends PlatformCallSelection {
  /** Delay before the real call. Default [500, 2000]. */
  readonly delayMs: DelayDistribution;
  /** End the delay early, as the real call would, when an AbortSignal among the arguments aborts. Default true. */
  readonly honourAbort: boolean;
}

/** What is answered instead of the server, or after it. */
export interface HttpAnswerParameters {
  /** Status of the answer, 200 to 599, drawn from these for each call. Default [503]. */
  readonly statuses: readonly number[];
  /** What the answer says: text, or JSON. Default empty. */
  readonly body: string | Readonly<Record<string, unknown>>;
  /** Headers of the answer, e.g. `{ "retry-after": "2" }`. Default none. */
  readonly headers: Readonly<Record<string, string>>;
  /** `before`: the server is never asked. `after`: it does its work, and its answer is replaced. Default before. */
  readonly moment: 'before' | 'after';
  /** The connection is reset in the middle of the answer, after so many bytes of its body. Default: it is complete. */
  readonly abort?: { readonly afterBytes: number };
}

export interface HttpErrorParameters extends PlatformCallSelection, HttpAnswerParameters {}

export interface StateCorruptionParameters extends CallSelection {
  /** What is corrupted; at least one. Of `state`, `injectionRate` is the chance of each place, and one at least is hit. */
  readonly on: readonly CorruptionPlace[];
  /** Which ways of corrupting are drawn from; empty means all. */
  readonly operators: readonly CorruptionOperator[];
}

export interface RaceConditionParameters extends PlatformCallSelection {
  /** Longest single postponement in ms; short ones are as frequent as long ones (log-uniform). Default 20. */
  readonly maxDelayMs: number;
  /** Share of the active time in which anything may be held back, 0 to 1. Default 0.2. */
  readonly budget: number;
  /** Which end of a call is held back: its start, or its answer; with both, one of them a call. Default answer. */
  readonly gates: readonly ('start' | 'answer')[];
  /**
   * What is perturbed: calls of the components, I/O of the platform (files, names, network), its timers. Default: calls
   * where the target has components or some are named, else I/O and timers.
   */
  readonly places?: readonly ('calls' | 'io' | 'timers')[];
}

/** How an event loop is kept from turning: `atomics-wait` looks like a stuck system call, `spin` like hot code. */
export type BlockedBy = 'atomics-wait' | 'spin';

/** Without `block-event-loop`, the selection tells the calls that wait; their functions must answer with promises. */
export interface DeadlockParameters extends PlatformCallSelection {
  /** Default `circular-wait`. */
  readonly kind: 'circular-wait' | 'promise-gate' | 'block-event-loop' | 'workers';
  /** Only for `block-event-loop`. Default `atomics-wait`. */
  readonly by?: BlockedBy;
  /** A call whose arguments hold an AbortSignal stops waiting when it aborts. Default true. */
  readonly honourAbort: boolean;
}

/** By what the clocks of a started target are changed. */
export interface ClockMaker {
  /**
   * `agent`: from inside, in Node. `libfaketime`: by a library that is preloaded into any program when it starts, for its wall clock
   * alone. Default: the agent where the command starts Node or cannot be told, else libfaketime.
   */
  readonly by?: 'agent' | 'libfaketime';
}

export interface TimeSkewParameters extends ClockMaker {
  /** Shift of the wall clock: seconds, or a string with a unit; negative is into the past. Default "1h". */
  readonly offset: number | string;
  /**
   * `offset`: the clock jumps by `offset` at the begin and goes on. `step`: it jumps again by as much after each `every`.
   * `strobe`: it is wrong by `offset` for `every`, right for `every`, and so on. `freeze`: it stands still where it is, and
   * `offset` is not used. Default offset.
   */
  readonly mode: 'offset' | 'step' | 'strobe' | 'freeze';
  /** Time between jumps of `step` and `strobe`. Default "5s". */
  readonly every: Duration;
}

export interface ClockDriftParameters extends ClockMaker {
  /** Speed of the clock against real time, from 0.001 to 1000. Default 1.1. */
  readonly rate: number;
  /**
   * Which clocks: `wall` (dates), `monotonic` (`performance.now`, `process.hrtime`), `timers`. Default all three: they run on
   * one oscillator.
   */
  readonly clocks: readonly ClockName[];
}

export interface ProcessPauseParameters {
  /** True: with all that it has started. Default true. */
  readonly tree: boolean;
}

export interface ProcessKillParameters {
  /**
   * `tree`: the process of the target with all that it has started. `process`: that one alone. `worker`: one of those that it has
   * started, by the seed's choice, with all that this one has started. Default `tree`.
   */
  readonly who: 'tree' | 'process' | 'worker';
  /** Default `SIGKILL`. */
  readonly signal: 'SIGKILL' | 'SIGTERM';
  /** Time to end after SIGTERM, up to 30 s; then it is killed. Default 5 s. */
  readonly grace: Duration;
  /**
   * True: a target that chaosx started is started again once the fault's time is over. What ran before is for whoever runs it
   * to start again. Default true.
   */
  readonly restart: boolean;
}

export interface CpuQuotaParameters {
  /** CPU time that the target's processes may use together, in cores: 0.5 is half of one, 2 is two. Default 0.5. */
  readonly cores: number;
}

export interface MemoryLimitParameters {
  /** How much more than now the target's processes may use together, in MB. Default 16. */
  readonly spareMb: number;
  /** Instead: what they may use in all, in MB; above what they use already. */
  readonly limitMb?: number;
}

export interface PidLimitParameters {
  /** How many more processes and threads than now the target may have. Default 0. */
  readonly spare: number;
  /** Instead: how many it may have in all; no fewer than it has already. */
  readonly limit?: number;
}

/** The parameters of each type of scenario. */
export interface ScenarioParameters {
  NETWORK_LATENCY: NetworkLatencyParameters;
  NETWORK_PARTITION: NetworkPartitionParameters;
  PACKET_LOSS: PacketLossParameters;
  BANDWIDTH: BandwidthParameters;
  CONNECTION_RESET: ConnectionResetParameters;
  CONNECTION_RATE: ConnectionRateParameters;
  DNS_FAILURE: DnsFailureParameters;
  CPU_STRESS: CpuStressParameters;
  MEMORY_LEAK: MemoryLeakParameters;
  DISK_FULL: DiskFullParameters;
  DISK_SLOW: DiskSlowParameters;
  FD_EXHAUSTION: FdExhaustionParameters;
  PROCESS_PAUSE: ProcessPauseParameters;
  PROCESS_KILL: ProcessKillParameters;
  CPU_QUOTA: CpuQuotaParameters;
  MEMORY_LIMIT: MemoryLimitParameters;
  PID_LIMIT: PidLimitParameters;
  EXCEPTION_INJECTION: ExceptionInjectionParameters;
  NULL_INJECTION: NullInjectionParameters;
  SLOW_RESPONSE: SlowResponseParameters;
  HTTP_ERROR: HttpErrorParameters;
  SHORT_READ: ShortReadParameters;
  STATE_CORRUPTION: StateCorruptionParameters;
  RACE_CONDITION: RaceConditionParameters;
  DEADLOCK: DeadlockParameters;
  TIME_SKEW: TimeSkewParameters;
  CLOCK_DRIFT: ClockDriftParameters;
}
