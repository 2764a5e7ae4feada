import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MemoryPlace } from '../model/scenario-parameters.js';

/** Memory of this process that is held for nothing, page by page really used. */
export class HeldMemory {
  readonly #take: (bytes: number) => object;
  #pieces: object[] = [];
  #bytes = 0;

  constructor(place: MemoryPlace) {
    this.#take = place === 'heap' ? takeHeap : takeBuffer;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes more. */
  grow(bytes: number): void {
    this.#pieces.push(this.#take(bytes));
    this.#bytes += bytes;
  }

  /** Gives everything back, not when the garbage collector comes but now, which takes some 25 ms. Idempotent. */
  release(): void {
    if (this.#bytes === 0) return;
    this.#pieces = [];
    this.#bytes = 0;
    collectGarbage();
  }
}

/** Outside of the heap, as buffers are. */
function takeBuffer(bytes: number): object {
  const buffer = new ArrayBuffer(bytes);
  // A page that is not written is not taken by the kernel.
  new Uint8Array(buffer).fill(1);
  return buffer;
}

const bytesPerNumber = 8;

/** As JavaScript's own objects are. */
function takeHeap(bytes: number): object {
  const numbers: number[] = [];
  numbers.length = Math.ceil(bytes / bytesPerNumber);
  // Fractions: whole numbers would be of another size on some platforms.
  return numbers.fill(0.5);
}

/** Leaves no `gc` on the global object. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  try {
    const collect = runInNewContext('gc') as () => void;
    collect();
    // Node 20 frees buffers beside the program: the second one waits until that is done.
    collect();
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}
