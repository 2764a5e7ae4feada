import { addressText, resolveListen } from './listen-address.js';
import type { Happening, ProxyEvent } from './proxy-event.js';

/** What every proxy is asked to be. */
export interface NetworkProxyOptions {
  readonly name: string;
  /** `host:port`; port 0 means any free one. Or, but for UDP, `unix:/path`. */
  readonly listen: string;
  /** `host:port`, looked up for each new client. Or, but for UDP, `unix:/path`. */
  readonly upstream: string;
  /** Default: true. */
  readonly enabled?: boolean;
  /** Of every choice of its faults. */
  readonly seed: number;
  readonly onEvent?: (event: ProxyEvent) => void;
}

/** Other addresses of a proxy, or whether it serves; what is absent stays. */
export interface ProxyChanges {
  readonly listen?: string;
  readonly upstream?: string;
  readonly enabled?: boolean;
}

/** What a client has with a proxy: a connection, or a session of datagrams. */
export interface OpenConnection {
  /** From 0, in the order of coming. */
  readonly number: number;
  readonly client: string;
  /** On the wall clock. */
  readonly openedMs: number;
  readonly bytesUpstream: number;
  readonly bytesDownstream: number;
}

/** A proxy, whatever it understands of what passes: where it listens, where that goes, and whether it serves. */
export abstract class NetworkProxy implements AsyncDisposable {
  /** Those that are open. */
  abstract readonly connections: readonly OpenConnection[];
  readonly name: string;
  readonly #onEvent: ((event: ProxyEvent) => void) | undefined;
  #listen: string;
  #upstream: string;
  #enabled = false;
  #turn: Promise<unknown> = Promise.resolve();

  protected constructor({ name, listen, upstream, onEvent }: NetworkProxyOptions) {
    this.name = name;
    this.#listen = listen;
    this.#upstream = upstream;
    this.#onEvent = onEvent;
  }

  /** The address that it listens on; while it is disabled, the last one, or what was asked for. */
  get listen(): string {
    return this.#listen;
  }

  get upstream(): string {
    return this.#upstream;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  /**
   * Absent values stay. Connections are closed when an address changes and when it is disabled; faults stay.
   *
   * @throws AddressError when an address is none, and nothing changes; or when it cannot listen there: it is disabled
   * then, with the addresses that were asked for
   */
  update(changes: ProxyChanges): Promise<void> {
    return this.inTurn(async () => {
      const { listen = this.#listen, upstream = this.#upstream, enabled = this.#enabled } = changes;
      this.checkUpstream(upstream);
      const isElsewhere =
        listen !== this.#listen && addressText(await resolveListen(listen)) !== this.#listen;
      if (!enabled || isElsewhere || upstream !== this.#upstream) await this.#stop();
      if (isElsewhere) this.#listen = listen;
      this.#upstream = upstream;
      if (!enabled || this.#enabled) return;
      // Clients may come as soon as the port is open.
      this.#enabled = true;
      try {
        await this.openPort();
      } catch (error) {
        this.#enabled = false;
        throw error;
      }
      this.emit({ type: 'enabled' });
    });
  }

  /**
   * Ends a client's connection by a reset, or `gently`, as if all were well.
   *
   * @returns false when there is none of that number
   */
  abstract endConnection(number: number, gently: boolean): boolean;

  /** Closes its port and its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.inTurn(() => this.#stop());
    this.dropFaults();
  }

  /** @throws AddressError */
  protected abstract checkUpstream(upstream: string): void;

  /** Begins to listen, and says where with `listensOn`. @throws AddressError */
  protected abstract openPort(): Promise<void>;

  /** Closes the port, where it is open, and all connections. */
  protected abstract closePort(): void | Promise<void>;

  /** No fault changes by itself any more. */
  protected abstract dropFaults(): void;

  protected listensOn(listen: string): void {
    this.#listen = listen;
  }

  protected emit(happening: Happening): void {
    this.#onEvent?.({ ...happening, proxy: this.name });
  }

  /** After all that opens and closes ports and was begun before. */
  protected inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #stop(): Promise<void> {
    const wasEnabled = this.#enabled;
    this.#enabled = false;
    await this.closePort();
    if (wasEnabled) this.emit({ type: 'disabled' });
  }
}
