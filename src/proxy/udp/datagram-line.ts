import type { Datagram, DatagramOutlet, DatagramStage } from './datagram-stage.js';

/** What a line tells about its datagrams. */
export interface LineReport {
  /** A datagram has passed all toxics. */
  send(payload: Buffer): void;
  /** A toxic acted on a datagram, or dropped it. */
  hit(toxic: string, datagram: Datagram, isLost: boolean): void;
  /** A toxic made a copy of a datagram. */
  copied(): void;
  held(datagram: Datagram, change: 1 | -1): void;
}

interface Entry {
  readonly toxic: string;
  readonly stage: DatagramStage;
}

/** One direction of a session: its datagrams are numbered and go through its toxics one after the other. */
export class DatagramLine {
  readonly #report: LineReport;
  #entries: readonly Entry[] = [];
  #numbered = 0;

  constructor(report: LineReport) {
    this.#report = report;
  }

  /** @param isDropped - it is not passed on, for want of room; it is numbered all the same */
  take(payload: Buffer, isDropped: boolean): void {
    const n = this.#numbered;
    this.#numbered += 1;
    if (isDropped) return;
    if (this.#entries.length === 0) this.#report.send(payload);
    else this.#pushFrom(0, { n, key: n, payload });
  }

  add(toxic: string, make: (outlet: DatagramOutlet) => DatagramStage): void {
    this.#entries = [...this.#entries, { toxic, stage: this.#make(toxic, make) }];
  }

  /** Puts another stage in the place of a toxic's; what that held is handed on first. */
  replace(toxic: string, make: (outlet: DatagramOutlet) => DatagramStage): void {
    this.#of(toxic)?.release();
    this.#entries = this.#entries.map((entry) =>
      entry.toxic === toxic ? { toxic, stage: this.#make(toxic, make) } : entry,
    );
  }

  change(toxic: string): void {
    this.#of(toxic)?.changed?.();
  }

  /** Takes a toxic off; what it held is handed on first. */
  remove(toxic: string): void {
    this.#of(toxic)?.release();
    this.#entries = this.#entries.filter((entry) => entry.toxic !== toxic);
  }

  /** What is held is dropped. */
  stop(): void {
    for (const { stage } of this.#entries) stage.stop();
    this.#entries = [];
  }

  #of(toxic: string): DatagramStage | undefined {
    return this.#entries.find((entry) => entry.toxic === toxic)?.stage;
  }

  #make(toxic: string, make: (outlet: DatagramOutlet) => DatagramStage): DatagramStage {
    const stage = make({
      push: (datagram) =>
        this.#pushFrom(this.#entries.findIndex((each) => each.stage === stage) + 1, datagram),
      acted: (datagram) => this.#report.hit(toxic, datagram, false),
      lost: (datagram) => this.#report.hit(toxic, datagram, true),
      copied: (datagram) => {
        this.#report.hit(toxic, datagram, false);
        this.#report.copied();
      },
      held: (datagram, change) => this.#report.held(datagram, change),
    });
    return stage;
  }

  #pushFrom(index: number, datagram: Datagram): void {
    const entry = this.#entries[index];
    if (entry === undefined) this.#report.send(datagram.payload);
    else entry.stage.push(datagram);
  }
}
