import type { Socket } from 'node:net';
import { countHeld, mayHoldBytes } from './held-budget.js';
import type { Inlet } from './inlet.js';
import { reset } from './reset.js';
import type { Ending, Outlet, Stage } from './toxics/stage.js';

/** What a link tells its connection. */
export interface LinkReport {
  /** Bytes were handed to the destination. */
  passed(bytes: number): void;
  /** A toxic acted on a chunk. */
  acted(toxicId: string): void;
  /** A toxic closes both sides, properly or by resets. */
  close(): void;
  abort(): void;
}

/** Small chunks lie side by side in memory of this size (`Buffer.poolSize`). */
const sharedPoolBytes = 8_192;

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
  #heldBytes = 0;

  constructor(source: Inlet, destination: Socket, report: LinkReport) {
    this.#source = source.socket;
    this.#destination = destination;
    this.#report = report;
    destination.on('drain', () => this.#regulate());
    destination.on('close', () => this.#abandon());
    source.socket.on('end', () => this.#finishFrom(0, 'end'));
    // A reset travels the same way as bytes, behind those that came before it.
    source.socket.on('error', () => this.#finishFrom(0, 'reset'));
    source.deliverTo((chunk) => this.#take(chunk));
  }

  /** True when a toxic made bytes of this direction vanish. */
  hasHole(toxicId: string): boolean {
    return this.#stagesOf(toxicId).some((stage) => stage.swallowed);
  }

  addStage(toxicId: string, make: (outlet: Outlet) => Stage): void {
    this.#entries = [...this.#entries, { toxicId, stage: this.#make(toxicId, make) }];
  }

  /** Puts another stage in the place of a toxic's; what that held is handed on first. */
  replaceStage(toxicId: string, make: (outlet: Outlet) => Stage): void {
    for (const stage of this.#stagesOf(toxicId)) stage.release();
    this.#entries = this.#entries.map((entry) =>
      entry.toxicId === toxicId ? { toxicId, stage: this.#make(toxicId, make) } : entry,
    );
    this.#regulate();
  }

  /** Tells a toxic's stage that its settings are others. */
  changeStage(toxicId: string): void {
    for (const stage of this.#stagesOf(toxicId)) stage.changed?.();
    this.#regulate();
  }

  /** Takes a toxic's stage off; what it held is handed on first. */
  removeStage(toxicId: string): void {
    for (const stage of this.#stagesOf(toxicId)) stage.release();
    this.#entries = this.#entries.filter((entry) => entry.toxicId !== toxicId);
    this.#regulate();
  }

  /** Nothing is held or delayed any more. */
  stop(): void {
    for (const { stage } of this.#entries) stage.stop();
    this.#entries = [];
    this.#count(0);
  }

  #stagesOf(toxicId: string): readonly Stage[] {
    return this.#entries.filter((entry) => entry.toxicId === toxicId).map(({ stage }) => stage);
  }

  #make(toxicId: string, make: (outlet: Outlet) => Stage): Stage {
    const indexAfter = () => this.#entries.findIndex((each) => each.stage === stage) + 1;
    const stage = make({
      push: (chunk) => {
        this.#pushFrom(indexAfter(), chunk);
        this.#regulate();
      },
      finish: (ending) => this.#finishFrom(indexAfter(), ending),
      abort: () => this.#report.abort(),
      acted: () => this.#report.acted(toxicId),
    });
    return stage;
  }

  /** @returns whether the chunk's memory is still in use */
  #take(chunk: Buffer): boolean {
    if (this.#entries.length > 0) {
      // Held long, a little must not keep much memory.
      const isLittle =
        chunk.length * 2 < chunk.buffer.byteLength && chunk.buffer.byteLength > sharedPoolBytes;
      this.#pushFrom(0, isLittle ? Buffer.from(chunk) : chunk);
      this.#regulate();
      return !isLittle;
    }
    if (!this.#destination.writable) return false;
    const hasRoom = this.#destination.write(chunk);
    this.#report.passed(chunk.length);
    if (!hasRoom) this.#regulate();
    return this.#destination.writableLength > 0;
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
    else if (ending === 'reset') reset(this.#destination);
    else this.#report.close();
  }

  #regulate(): void {
    let held = 0;
    let full = this.#destination.writableNeedDrain;
    for (const { stage } of this.#entries) {
      held += stage.heldBytes;
      full ||= stage.isFull === true;
    }
    this.#count(held);
    full ||= held >= mayHoldBytes();
    if (full === this.#paused) return;
    this.#paused = full;
    if (full) this.#source.pause();
    else this.#source.resume();
  }

  #count(heldBytes: number): void {
    if (heldBytes === this.#heldBytes) return;
    countHeld(heldBytes - this.#heldBytes);
    this.#heldBytes = heldBytes;
  }

  /** Nobody is left to take bytes: nothing is held any more, and the source is read to its end. */
  #abandon(): void {
    this.stop();
    this.#paused = false;
    this.#source.resume();
  }
}
