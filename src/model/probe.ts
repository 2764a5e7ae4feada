import type { Duration } from './duration.js';

/** What one attempt of a probe saw. */
export interface ProbeAnswer {
  readonly ok: boolean;
  /** Why not, or what was seen; for people. */
  readonly detail?: string;
  /** Share of the full answer that came, 0–1; without it 1 when ok. A declared fallback gives less. */
  readonly harvest?: number;
}

/** One question about health with a tolerance, ready to be asked. */
export interface Probe {
  readonly name: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Further attempts at once after a failure, where a decision is at stake (ready, baseline, recovery). */
  readonly retries: number;
  /**
   * `overlapping`: each tick asks anew (HTTP, TCP), at most 10 in flight.
   * `shared`: a tick that is due while a call runs takes that call's result (functions, commands).
   */
  readonly ticks: 'overlapping' | 'shared';
  /** Most asks of an overlapping probe at once. Default 10. */
  readonly maxInFlight?: number;
  /** Asks once. Rejects or aborts count as a failure; the prober enforces the time limit through `signal`. */
  ask(signal: AbortSignal): Promise<ProbeAnswer>;
}

/** A function of the user's: true, or any answer that is not false, null or undefined, is healthy. */
export type HealthCheck = (context: { readonly signal: AbortSignal }) => unknown;

interface ProbeTiming {
  readonly name: string;
  /** Time between two asks. Default 1 s. */
  readonly every?: Duration | undefined;
  /** Default 2 s. */
  readonly timeout?: Duration | undefined;
  /** Default 0. */
  readonly retries?: number | undefined;
}

/** What a JSON answer must hold at a dotted path, e.g. `$.items[0].price`. */
export interface JsonExpectation {
  readonly path: string;
  readonly equals?: unknown;
}

export interface HttpExpectation {
  /** A status, or several of which one must come. Default: any 2xx. */
  readonly status?: number | readonly number[] | undefined;
  /** Text that the body must contain. */
  readonly body?: string | undefined;
  readonly json?: JsonExpectation | undefined;
  /** Header values that must come; names in any case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The answer must be complete within this time. */
  readonly within?: Duration | undefined;
}

export interface HttpProbeSpec extends ProbeTiming {
  readonly http: string;
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly expect?: HttpExpectation | undefined;
  /** Sends the run's tag along, for faults with `scope: tagged-requests`. Default false. */
  readonly tagged?: boolean | undefined;
}

export interface TcpProbeSpec extends ProbeTiming {
  /** `host:port` that must accept a connection. */
  readonly tcp: string;
}

export interface CommandProbeSpec extends ProbeTiming {
  /** An argument list; a string is split without a shell. */
  readonly command: string | readonly string[];
  readonly expect?:
    | { readonly exitCode?: number | undefined; readonly output?: string | undefined }
    | undefined;
}

export interface FunctionProbeSpec extends ProbeTiming {
  readonly check: HealthCheck;
}

export type ProbeSpec = HttpProbeSpec | TcpProbeSpec | CommandProbeSpec | FunctionProbeSpec;
