import type { Socket } from 'node:net';
import { reset } from './reset.js';
import type { Ending, Outlet, Stage } from './toxics/stage.js';

/** Most that toxics may hold back for one direction of a connection; above it, the source is paused. */
const maxHeldBytes = 4 * 1_024 * 1_024;

/** What a link tells its connection. */
export interface LinkReport {
  /** Bytes were handed to the destination. */
  passed(bytes: number): void;
  /** A toxic acted on a chunk. */
  acted(toxicId: string): void;
}

interface Entry {
  readonly toxicId: string;
  readonly stage: Stage;
}

/**
 * One direction of a connection: source, the stages of its toxics in the order of adding, destination.
 * Without stages a chunk costs one write. Back-pressure reaches the source through every stage.
 */
export class Link {
  readonly #source: Socket;
  readonly #destination: Socket;
  readonly #report: LinkReport;
  #entries: readonly Entry[] = [];
  #paused = false;

  constructor(source: Socket, destination: Socket, report: LinkReport) {
    this.#source = source;
    this.#destination = destination;
    this.#report = report;
    destination.on('drain', () => this.#regulate());
    destination.on('close', () => this.#abandon());
    source.on('end', () => this.#finishFrom(0, 'end'));
    // A reset travels the same way as bytes, behind those that came before it.
    source.on('error', () => this.#finishFrom(0, 'reset'));
    source.on('data', (chunk: Buffer) => {
      this.#pushFrom(0, chunk);
      this.#regulate();
    });
  }

  /** True when a toxic made bytes of this direction vanish. */
  hasHole(toxicId: string): boolean {
    return this.#entries.some((entry) => entry.toxicId === toxicId && entry.stage.swallowed);
  }

  addStage(toxicId: string, make: (outlet: Outlet) => Stage): void {
    const indexAfter = () => this.#entries.findIndex((each) => each.stage === stage) + 1;
    const stage = make({
      push: (chunk) => {
        this.#pushFrom(indexAfter(), chunk);
        this.#regulate();
      },
      finish: (ending) => this.#finishFrom(indexAfter(), ending),
      acted: () => this.#report.acted(toxicId),
    });
    this.#entries = [...this.#entries, { toxicId, stage }];
  }

  /** Takes a toxic's stage off; what it held is handed on first. */
  removeStage(toxicId: string): void {
    for (const { stage } of this.#entries.filter((entry) => entry.toxicId === toxicId)) stage.release();
    this.#entries = this.#entries.filter((entry) => entry.toxicId !== toxicId);
    this.#regulate();
  }

  #pushFrom(index: number, chunk: Buffer): void {
    const entry = this.#entries[index];
    if (entry !== undefined) {
      entry.stage.push(chunk);
    } else if (this.#destination.writable) {
      this.#destination.write(chunk);
      this.#report.passed(chunk.length);
    }
  }

  #finishFrom(index: number, ending: Ending): void {
    const entry = this.#entries[index];
    if (entry !== undefined) entry.stage.finish(ending);
    else if (ending === 'end') this.#destination.end();
    else reset(this.#destination);
  }

  #regulate(): void {
    let held = 0;
    for (const { stage } of this.#entries) held += stage.heldBytes;
    const full = this.#destination.writableNeedDrain || held >= maxHeldBytes;
    if (full === this.#paused) return;
    this.#paused = full;
    if (full) this.#source.pause();
    else this.#source.resume();
  }

  /** Nobody is left to take bytes: nothing is held any more, and the source is read to its end. */
  #abandon(): void {
    for (const { stage } of this.#entries) stage.stop();
    this.#entries = [];
    this.#paused = false;
    this.#source.resume();
  }
}
