/** `error`: something of ours that the run cannot go on without is gone. */
type StoppedBy = 'signal' | 'caller' | 'error';

/** The reason of an abort that was asked for, so that the run can say who stopped it. */
export class StopReason extends Error {
  override readonly name = 'StopReason';
  readonly by: StoppedBy;

  /** @param detail - e.g. `SIGINT`, or what the caller said */
  constructor(by: StoppedBy, detail: string) {
    super(detail);
    this.by = by;
  }
}

/** Who stopped it and why, from any abort reason. */
export function stopReasonOf(signal: AbortSignal): {
  readonly by: StoppedBy;
  readonly detail: string;
} {
  const reason: unknown = signal.reason;
  if (reason instanceof StopReason) return { by: reason.by, detail: reason.message };
  return { by: 'caller', detail: reason instanceof Error ? reason.message : String(reason) };
}
