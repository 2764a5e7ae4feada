/** What passed a proxy that knows HTTP. */
export class HttpCounters {
  connections = 0;
  openConnections = 0;
  /** Of connections that are gone. */
  closedBytesUpstream = 0;
  closedBytesDownstream = 0;
  requests = 0;
  /** Connections that a rule reset before their time. */
  resets = 0;
  /** Connections that turned out not to be HTTP/1. */
  notHttp = 0;
  /** Upstreams that could not be reached. */
  dialFailures = 0;
  readonly #byStatus = new Map<number, number>();

  answered(status: number): void {
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
  }

  /** Answers that clients were given, by their status. */
  get byStatus(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#byStatus);
  }
}
